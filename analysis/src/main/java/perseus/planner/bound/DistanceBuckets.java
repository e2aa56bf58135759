package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Implements a priority queue of nodes whose distances are small integers, with one bucket for each
 * distance (Dial, Communications of the ACM 12, 1969).
 *
 * <p>All methods of the queue take constant time, except {@link #clear}. The class {@link
 * DistanceHeap} is a priority queue for arbitrary distances.
 */
final class DistanceBuckets {
  private final int distances;
  private final int[] distance;

  /** {@code firstIn[d]} is the first node in the bucket of distance d. */
  private final int[] firstIn;

  /** Neighbours of each node in its bucket, which is a doubly linked list. */
  private final int[] next;

  private final int[] previous;

  /**
   * The caller must call {@link #clear} before the first use of the queue.
   *
   * @param distances number of buckets, for distances from 0 to {@code distances - 1}
   */
  DistanceBuckets(int nodes, int distances) {
    this.distances = distances;
    distance = new int[nodes];
    firstIn = new int[distances];
    next = new int[nodes];
    previous = new int[nodes];
  }

  /** Empties all buckets and sets the distance of each node to the number of buckets. */
  void clear() {
    Arrays.fill(distance, distances);
    Arrays.fill(firstIn, PlanningProblem.NONE);
  }

  /** Returns the distance of a node, even after the node was removed from its bucket. */
  int of(int node) {
    return distance[node];
  }

  /** Returns whether no node in the queue has the given distance. */
  boolean isEmpty(int distance) {
    return firstIn[distance] == PlanningProblem.NONE;
  }

  /** Removes and returns a node with the given distance, if the queue has one. */
  int remove(int distance) {
    int node = firstIn[distance];
    unlink(node);
    return node;
  }

  /**
   * Lowers the distance of a node. A node that was removed from the queue must not be lowered
   * before the next {@link #clear}.
   */
  void lower(int node, int to) {
    if (distance[node] < distances) {
      unlink(node);
    }
    int follower = firstIn[to];
    distance[node] = to;
    next[node] = follower;
    previous[node] = PlanningProblem.NONE;
    if (follower != PlanningProblem.NONE) {
      previous[follower] = node;
    }
    firstIn[to] = node;
  }

  private void unlink(int node) {
    if (previous[node] == PlanningProblem.NONE) {
      firstIn[distance[node]] = next[node];
    } else {
      next[previous[node]] = next[node];
    }
    if (next[node] != PlanningProblem.NONE) {
      previous[next[node]] = previous[node];
    }
  }
}
