package perseus.planner.bound;

import java.util.Arrays;

/** A binary heap of nodes by distance, whose distances may fall while they are in it. */
final class DistanceHeap {
  private static final int ABSENT = -1;

  private final long[] distance;
  private final int[] nodes;
  private final int[] position;
  private int size;

  /**
   * @param distance of every node, changed by the caller
   */
  DistanceHeap(long[] distance) {
    this.distance = distance;
    nodes = new int[distance.length];
    position = new int[distance.length];
    Arrays.fill(position, ABSENT);
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      position[nodes[i]] = ABSENT;
    }
    size = 0;
  }

  /** Puts a node in, or moves it up after its distance fell. */
  void insertOrRaise(int node) {
    int i = position[node];
    if (i == ABSENT) {
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

  /** Takes out a node of least distance; there must be one. */
  int removeNearest() {
    int nearest = nodes[0];
    position[nearest] = ABSENT;
    int moved = nodes[--size];
    if (size > 0) {
      sink(moved);
    }
    return nearest;
  }

  private void sink(int node) {
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
