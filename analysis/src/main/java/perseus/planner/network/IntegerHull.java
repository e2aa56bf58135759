package perseus.planner.network;

import perseus.planner.problem.ExecutionOptions;

/**
 * Holds the lower convex hull of an operation's points, with times and slopes as integers. Each
 * frequency gives one point (time, energy minus energy of waiting).
 *
 * <p>Effective energy is energy minus the energy that waiting GPUs would use in the same time. In
 * the flow network, an operation is a group of parallel arcs, with one arc for each point of the
 * hull. The length of an arc is the time of the hull point to which the arc belongs. The flow
 * through an operation fills the longest of its arcs first, because an optimal flow has the largest
 * sum of flow times length.
 *
 * <p>The slowest hull point has index 0.
 *
 * @param options rows of the profile for the operation
 * @param indices for each hull point, the index of its row in {@code options}
 * @param ticks time of each hull point in integer time units, falling
 * @param capacity for each hull point, the total capacity of its arc and the arcs of all slower
 *     hull points, in integer power units. The total capacity equals the slope of the hull between
 *     the hull point and the next faster hull point. The fastest hull point has the capacity {@link
 *     #UNLIMITED}.
 */
public record IntegerHull(ExecutionOptions options, int[] indices, long[] ticks, long[] capacity) {
  /** Capacity of an arc that can carry any flow. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Returns the time of the slowest hull point, in integer time units. */
  public long slowestTicks() {
    return ticks[0];
  }

  /** Returns the time of the fastest hull point, in integer time units. */
  public long fastestTicks() {
    return ticks[ticks.length - 1];
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) in joules
   * at a duration. The energy is interpolated between hull point {@code k} and the next slower hull
   * point.
   *
   * @param duration duration in integer time units
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
   * at any duration in integer time units. The method takes O(log hull points).
   */
  public double effectiveEnergy(long duration) {
    return effectiveEnergy(Math.min(slowestWithin(duration), ticks.length - 1), duration);
  }

  /**
   * Returns the index of the slowest hull point that takes at most {@code duration} integer time
   * units. If all hull points take longer, returns the number of hull points.
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
   * Returns the total capacity of the arcs of all hull points that take more than {@code duration}
   * integer time units.
   */
  public long flowAbove(long duration) {
    int k = slowestWithin(duration);
    return k == 0 ? 0 : capacity[k - 1];
  }

  /**
   * Returns the total capacity of the arcs of all hull points that take at least {@code duration}
   * integer time units.
   */
  public long flowFrom(long duration) {
    return flowAbove(duration - 1);
  }

  /**
   * Returns the hull point whose arc would carry one more unit of flow, if the operation carries
   * {@code flow} units already.
   *
   * @param near hull point at which the search begins; a hull point close to the result makes the
   *     search faster
   * @param flow flow of the operation in integer power units, at least 0
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
   * Returns the fastest hull point whose arc carries a part of the flow, if the operation carries
   * {@code flow} units.
   *
   * @param next the hull point that {@link #nextPoint} returns for {@code flow}
   * @param flow flow in integer power units, above 0
   */
  public int lastPoint(int next, long flow) {
    return next > 0 && flow == capacity[next - 1] ? next - 1 : next;
  }
}
