package perseus.planner.network;

import perseus.planner.problem.ExecutionOptions;

/**
 * An operation's hull from its slowest point to its fastest.
 *
 * @param options indices into the option set
 * @param ticks time of each point, falling
 * @param capacity flow up to which each point's time is the length of the next unit: the slope to
 *     the next point in scaled watts, rising; unlimited for the last
 */
public record IntegerHull(ExecutionOptions set, int[] options, long[] ticks, long[] capacity) {
  /** Capacity of the fastest point's arc. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /**
   * Effective energy in joules at a duration between the point {@code k} and the one before it;
   * beyond them that of the nearer.
   */
  public double effectiveEnergy(int k, long duration) {
    double faster = set.effectiveEnergy(options[k]);
    if (k == 0 || duration <= ticks[k]) {
      return faster;
    }
    double slower = set.effectiveEnergy(options[k - 1]);
    double share = (double) (duration - ticks[k]) / (ticks[k - 1] - ticks[k]);
    return faster + Math.min(1, share) * (slower - faster);
  }

  /** Effective energy in joules at any duration. */
  public double effectiveEnergy(long duration) {
    return effectiveEnergy(Math.min(firstWithin(duration), ticks.length - 1), duration);
  }

  /** The slowest point of at most this time; the number of points if all are slower. */
  private int firstWithin(long duration) {
    int low = 0;
    int high = ticks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ticks[middle] <= duration) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Flow that points slower than this take together. */
  public long flowAbove(long duration) {
    int k = firstWithin(duration);
    return k == 0 ? 0 : capacity[k - 1];
  }

  /** Flow that points as slow as this, and slower ones, take together. */
  public long flowFrom(long duration) {
    return flowAbove(duration - 1);
  }

  /**
   * The point whose time is the length of the next unit after {@code flow}.
   *
   * @param near a point to look from
   */
  public int nextPoint(int near, long flow) {
    int k = near;
    while (flow >= capacity[k] && capacity[k] != UNLIMITED) {
      k++;
    }
    while (k > 0 && flow < capacity[k - 1]) {
      k--;
    }
    return k;
  }

  /**
   * The point whose time is the length of the last unit of {@code flow}, which is not 0.
   *
   * @param next the point of the next unit
   */
  public int lastPoint(int next, long flow) {
    return next > 0 && flow == capacity[next - 1] ? next - 1 : next;
  }
}
