package perseus.planner.network;

import perseus.planner.problem.ExecutionOptions;

/**
 * The lower convex hull of an operation's (time, effective energy) in integers.
 *
 * <p>In the flow network an operation is a stack of parallel arcs, one for each hull point. The
 * point's time is the length of its arc. The arcs fill with flow one after the other.
 *
 * <p><b>Order.</b> The slowest point comes first, unlike everywhere else (see {@link
 * ExecutionOptions}). Flow fills the longest arc first, so the index of the point to fill next and
 * the cumulative capacities rise with the flow.
 *
 * @param options the operation's options
 * @param indices index of each point in {@code options}
 * @param ticks time of each point in ticks, falling
 * @param capacity cumulative capacity of the arcs up to each point, in scaled watts, rising: the
 *     slope of the hull from this point to the next faster one; {@link #UNLIMITED} for the last
 */
public record IntegerHull(ExecutionOptions options, int[] indices, long[] ticks, long[] capacity) {
  /** Capacity of the fastest point's arc. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Time of the slowest point, in ticks. */
  public long slowestTicks() {
    return ticks[0];
  }

  /** Time of the fastest point, in ticks. */
  public long fastestTicks() {
    return ticks[ticks.length - 1];
  }

  /**
   * The effective energy in joules at a duration, interpolated between point {@code k} and the next
   * slower one. Outside of this range it is the energy of the nearer point.
   *
   * @param duration in ticks
   */
  public double effectiveEnergy(int k, long duration) {
    double faster = options.effectiveEnergy(indices[k]);
    if (k == 0 || duration <= ticks[k]) {
      return faster;
    }
    double slower = options.effectiveEnergy(indices[k - 1]);
    double share = (double) (duration - ticks[k]) / (ticks[k - 1] - ticks[k]);
    return faster + Math.min(1, share) * (slower - faster);
  }

  /** The effective energy in joules at any duration in ticks, in O(log points). */
  public double effectiveEnergy(long duration) {
    return effectiveEnergy(Math.min(slowestWithin(duration), ticks.length - 1), duration);
  }

  /** The slowest point that takes at most this time; the number of points if all take longer. */
  private int slowestWithin(long duration) {
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

  /** The joint capacity of all points that take more than {@code duration} ticks. */
  public long flowAbove(long duration) {
    int k = slowestWithin(duration);
    return k == 0 ? 0 : capacity[k - 1];
  }

  /** The joint capacity of all points that take at least {@code duration} ticks. */
  public long flowFrom(long duration) {
    return flowAbove(duration - 1);
  }

  /**
   * The point whose arc carries the next unit after {@code flow}.
   *
   * @param near a point to search from; the closer, the faster
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
   * The point whose arc carries the last unit of {@code flow}, which must not be 0.
   *
   * @param next the point of the next unit, see {@link #nextPoint}
   */
  public int lastPoint(int next, long flow) {
    return next > 0 && flow == capacity[next - 1] ? next - 1 : next;
  }
}
