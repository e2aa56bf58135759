package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Implements a priority queue of nodes as a binary heap, for Dijkstra's algorithm. The node with
 * the minimum distance leaves the heap first.
 *
 * <p>Inserting a node into the heap or removing a node takes O(log nodes). The class {@link
 * DistanceBuckets} is a priority queue for distances that are small integers.
 */
final class DistanceHeap {
  private final long[] distance;
  private final int[] nodes;

  /**
   * {@code position[v]} is the position of node v in {@link #nodes}, or NONE if node v is not in
   * the heap.
   */
  private final int[] position;

  private int size;

  /**
   * @param distance distance of every node; a caller that lowers a distance must then call {@link
   *     #insertOrDecrease}
   */
  DistanceHeap(long[] distance) {
    this.distance = distance;
    nodes = new int[distance.length];
    position = new int[distance.length];
    Arrays.fill(position, PlanningProblem.NONE);
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      position[nodes[i]] = PlanningProblem.NONE;
    }
    size = 0;
  }

  /** Inserts a node, or restores the order of the heap after the node's distance decreased. */
  void insertOrDecrease(int node) {
    int i = position[node];
    if (i == PlanningProblem.NONE) {
      i = size++;
    }
    long key = distance[node];
    while (i > 0) {
      int parent = (i - 1) >> 1;
      if (distance[nodes[parent]] <= key) {
        break;
      }
      place(nodes[parent], i);
      i = parent;
    }
    place(node, i);
  }

  /** Removes and returns a node with the minimum distance. The heap must not be empty. */
  int removeNearest() {
    int nearest = nodes[0];
    position[nearest] = PlanningProblem.NONE;
    int moved = nodes[--size];
    if (size > 0) {
      siftDown(moved);
    }
    return nearest;
  }

  private void siftDown(int node) {
    long key = distance[node];
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && distance[nodes[child + 1]] < distance[nodes[child]]) {
        child++;
      }
      if (distance[nodes[child]] >= key) {
        break;
      }
      place(nodes[child], i);
      i = child;
    }
    place(node, i);
  }

  private void place(int node, int i) {
    nodes[i] = node;
    position[node] = i;
  }
}
