package perseus.planner.bound;

import java.util.Arrays;

/**
 * Nodes by distance, where distances are few whole numbers: a bucket for each (Dial, Communications
 * of the ACM 12, 1969).
 */
final class DistanceBuckets {
  private static final int NONE = -1;

  private final int distances;
  private final int[] distance;

  /** The first node in each bucket, and each node's neighbours there. */
  private final int[] firstIn;

  private final int[] next;
  private final int[] previous;

  /**
   * @param distances distances that a bucket holds are less than this
   */
  DistanceBuckets(int nodes, int distances) {
    this.distances = distances;
    distance = new int[nodes];
    firstIn = new int[distances];
    next = new int[nodes];
    previous = new int[nodes];
  }

  /** Takes all nodes out, and as far away as no bucket is. */
  void clear() {
    Arrays.fill(distance, distances);
    Arrays.fill(firstIn, NONE);
  }

  /** A node's distance, also after it was taken out. */
  int of(int node) {
    return distance[node];
  }

  boolean holdsAny(int distance) {
    return firstIn[distance] != NONE;
  }

  /** Takes out one of the nodes at a distance; there must be one. */
  int remove(int distance) {
    int node = firstIn[distance];
    leave(node);
    return node;
  }

  /** Brings a node that is in a bucket, or was in none yet, to a lesser distance. */
  void lower(int node, int to) {
    if (distance[node] < distances) {
      leave(node);
    }
    int follower = firstIn[to];
    distance[node] = to;
    next[node] = follower;
    previous[node] = NONE;
    if (follower != NONE) {
      previous[follower] = node;
    }
    firstIn[to] = node;
  }

  private void leave(int node) {
    if (previous[node] == NONE) {
      firstIn[distance[node]] = next[node];
    } else {
      next[previous[node]] = next[node];
    }
    if (next[node] != NONE) {
      previous[next[node]] = previous[node];
    }
  }
}
