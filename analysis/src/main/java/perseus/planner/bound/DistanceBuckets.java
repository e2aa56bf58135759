package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * A priority queue of nodes by distance, for distances that are small whole numbers: one bucket for
 * each distance (Dial, Communications of the ACM 12, 1969).
 *
 * <p>{@link CostScalingCirculation} uses it for its global updates. All operations take constant
 * time, except {@link #clear}. {@link DistanceHeap} is the queue for arbitrary distances.
 */
final class DistanceBuckets {
  private final int distances;
  private final int[] distance;

  /** The first node in each bucket. */
  private final int[] firstIn;

  /** The neighbours of each node in its bucket, a doubly linked list. */
  private final int[] next;

  private final int[] previous;

  /**
   * Makes an empty queue; {@link #clear} must be called before its first use.
   *
   * @param nodes number of nodes
   * @param distances number of buckets, for distances from 0 to {@code distances - 1}
   */
  DistanceBuckets(int nodes, int distances) {
    this.distances = distances;
    distance = new int[nodes];
    firstIn = new int[distances];
    next = new int[nodes];
    previous = new int[nodes];
  }

  /** Empties all buckets and sets all distances to the number of buckets. */
  void clear() {
    Arrays.fill(distance, distances);
    Arrays.fill(firstIn, PlanningProblem.NONE);
  }

  /** The distance of a node, also after it was removed from its bucket. */
  int of(int node) {
    return distance[node];
  }

  /** Whether no node in the queue has this distance. */
  boolean isEmpty(int distance) {
    return firstIn[distance] == PlanningProblem.NONE;
  }

  /** Removes a node from the bucket of a distance, which must not be empty. */
  int remove(int distance) {
    int node = firstIn[distance];
    unlink(node);
    return node;
  }

  /** Lowers the distance of a node that is in a bucket, or that never was since {@link #clear}. */
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
