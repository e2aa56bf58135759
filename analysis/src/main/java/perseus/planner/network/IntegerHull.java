package perseus.planner.network;

import perseus.planner.problem.ExecutionOptions;

/**
 * Holds the lower convex hull of an operation's options (time, effective energy), with times and
 * slopes as integers.
 *
 * <p>Effective energy is energy minus the energy that waiting GPUs would use in the same time. A
 * hull point is an option (frequency) on the lower convex hull of all options. In the flow network,
 * an operation is a group of parallel arcs, with one arc for each hull point. The length of a hull
 * point's arc is the time of the hull point. The flow of an operation fills the longest of its
 * parallel arcs first, then the next shorter arc.
 *
 * <p><b>Order.</b> The slowest hull point has index 0. All other classes put the fastest option of
 * a list first (see {@link ExecutionOptions}). This class puts the slowest hull point first,
 * because flow fills the arc of the slowest hull point first. With the slowest hull point first,
 * the filled arcs always have the lowest indices, and a larger flow fills arcs of higher indices.
 *
 * @param options execution options (frequencies with time and energy) of the operation
 * @param indices for each hull point (option on the lower convex hull), the index of its option
 *     (frequency) in {@code options}
 * @param ticks time of each hull point (option on the lower convex hull) in ticks (integer units of
 *     time), falling
 * @param capacity for each hull point (option on the lower convex hull), the total capacity of its
 *     arc and the arcs of all slower hull points, in scaled watts (integer units of power). The
 *     total capacity for a hull point equals the slope of the hull between the hull point and the
 *     next faster hull point. For the fastest hull point, the total capacity is {@link #UNLIMITED}.
 */
public record IntegerHull(ExecutionOptions options, int[] indices, long[] ticks, long[] capacity) {
  /**
   * The capacity of the arc of the fastest hull point (option on the lower convex hull), which can
   * carry any flow.
   */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /**
   * Returns the time of the slowest hull point (option on the lower convex hull), in ticks (integer
   * units of time).
   */
  public long slowestTicks() {
    return ticks[0];
  }

  /**
   * Returns the time of the fastest hull point (option on the lower convex hull), in ticks (integer
   * units of time).
   */
  public long fastestTicks() {
    return ticks[ticks.length - 1];
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) in joules
   * at a duration, interpolated between hull point {@code k} (option on the lower convex hull) and
   * the next slower hull point. If the duration is not between the times of the two hull points,
   * the result is the effective energy of the nearer hull point.
   *
   * @param duration duration in ticks (integer units of time)
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

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) in joules
   * at any duration in ticks (integer units of time), in O(log hull points).
   */
  public double effectiveEnergy(long duration) {
    return effectiveEnergy(Math.min(slowestWithin(duration), ticks.length - 1), duration);
  }

  /**
   * Returns the index of the slowest hull point (option on the lower convex hull) that takes at
   * most {@code duration} ticks (integer units of time). If all hull points take more than {@code
   * duration} ticks, the method returns the number of hull points.
   */
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

  /**
   * Returns the total capacity of the arcs of all hull points (options on the lower convex hull)
   * that take more than {@code duration} ticks (integer units of time).
   */
  public long flowAbove(long duration) {
    int k = slowestWithin(duration);
    return k == 0 ? 0 : capacity[k - 1];
  }

  /**
   * Returns the total capacity of the arcs of all hull points (options on the lower convex hull)
   * that take at least {@code duration} ticks (integer units of time).
   */
  public long flowFrom(long duration) {
    return flowAbove(duration - 1);
  }

  /**
   * Returns the hull point (option on the lower convex hull) whose arc carries the next unit of
   * flow, if all arcs of the operation together carry {@code flow} already.
   *
   * @param near hull point (option on the lower convex hull) at which the search begins; the search
   *     is faster if this hull point is close to the result
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
   * Returns the hull point (option on the lower convex hull) whose arc carries the last unit of
   * {@code flow}. The flow must not be 0.
   *
   * @param next the hull point (option on the lower convex hull) that {@link #nextPoint} returns
   *     for this flow
   */
  public int lastPoint(int next, long flow) {
    return next > 0 && flow == capacity[next - 1] ? next - 1 : next;
  }
}
