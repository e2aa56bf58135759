package perseus.planner.network;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.EarliestStarts;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.LowerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * Converts the times and powers of a problem to integers, so that the planner computes the lower
 * bound in exact integer arithmetic.
 *
 * <p>The class converts times to ticks (integer units of time), rounded up. The hull of an
 * operation is the lower convex hull of its options (time, effective energy). The class converts
 * the slopes of the hulls (joules per second) to scaled watts (integer units of power), which are
 * the unit of flow in the network. The number of ticks per second and the number of scaled watts
 * per watt are powers of two, and depend on the problem.
 *
 * <p>The scale is chosen so that the longest makespan is at most about {@code 2^45} ticks (integer
 * units of time). The sum of the slopes of all energy-time curves is at most about {@code 2^60}
 * scaled watts (watts times a constant, rounded to an integer). With at most 45 bits for times and
 * 60 bits for slopes, the sum of times along a path fits into 64 bits, and so does the sum of
 * flows. A difference of times also fits into 64 bits after a multiplication by a 16-bit weight.
 */
public final class TickScale {
  private static final int TIME_BITS = 44;
  private static final int FLOW_BITS = 60;

  /**
   * Two times of hull points (options on the hull) are treated as equal if their relative
   * difference is at most {@code 2^-SAME_TIME_BITS}. If almost equal times were not treated as
   * equal, the slope between them could be very steep, and all other slopes would round to the same
   * integer.
   */
  private static final int SAME_TIME_BITS = 30;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final IntegerHull[] hulls;
  private final IterationDag dag;
  private final long roundingTicks;

  /**
   * Holds the points (time, effective energy) of the lower convex hull of an operation's options
   * (frequencies), the slowest point first.
   *
   * @param options execution options (frequencies with time and energy) of the operation
   * @param indices for each point, the index of its option (frequency) in {@code options}
   * @param ticks time of each point in ticks (integer units of time), falling
   */
  private record Points(ExecutionOptions options, int[] indices, long[] ticks) {
    /**
     * Returns the slope of the lower convex hull between point {@code k} and the next faster point.
     * The slope is the additional effective energy (energy minus the energy of waiting for the same
     * time) of the faster point in joules, divided by the time that it saves in ticks (integer
     * units of time).
     */
    double slope(int k) {
      return (options.effectiveEnergy(indices[k + 1]) - options.effectiveEnergy(indices[k]))
          / (ticks[k] - ticks[k + 1]);
    }

    /**
     * Returns the slope between the two fastest points of the lower convex hull in joules per tick,
     * or 0 if there is only one point.
     */
    double steepest() {
      return ticks.length < 2 ? 0 : slope(ticks.length - 2);
    }
  }

  /**
   * Chooses the units of time and power for a problem, and converts the lower convex hulls of its
   * operations to these units.
   */
  public TickScale(PlanningProblem problem) {
    dag = problem.dag();
    int n = dag.size();
    double[] slowest = new double[n];
    for (int j = 0; j < n; j++) {
      ExecutionOptions options = problem.options(j);
      slowest[j] = options.time(options.size() - 1);
    }
    double longestSeconds = EarliestStarts.of(dag, slowest).makespanSeconds();
    ticksPerSecond = Math.scalb(1.0, TIME_BITS - Math.getExponent(longestSeconds));
    Map<ExecutionOptions, Points> points = new IdentityHashMap<>();
    double slopes = 0;
    for (int j = 0; j < n; j++) {
      slopes += points.computeIfAbsent(problem.options(j), this::points).steepest();
    }
    flowPerWatt =
        slopes == 0
            ? 1
            : Math.scalb(1.0, FLOW_BITS - 1 - Math.getExponent(slopes * ticksPerSecond));
    Map<ExecutionOptions, IntegerHull> known = new IdentityHashMap<>();
    hulls = new IntegerHull[n];
    for (int j = 0; j < n; j++) {
      hulls[j] = known.computeIfAbsent(problem.options(j), options -> hull(points.get(options)));
    }
    roundingTicks = roundingTicks(dag);
  }

  /**
   * Returns the maximum number of ticks (integer units of time) by which rounding up makes a path
   * longer. Each operation on the path adds at most one tick, and each transfer adds at most one
   * tick.
   */
  private static long roundingTicks(IterationDag dag) {
    double[] two = new double[dag.size()];
    Arrays.fill(two, 2);
    // The computed number also includes the transfer times in seconds, although they are not
    // rounding errors. The transfer times can only make the returned number of ticks larger, and a
    // larger number is also valid.
    return (long) Math.ceil(EarliestStarts.of(dag, two).makespanSeconds());
  }

  /**
   * Returns the lower convex hull of an operation's options (time, effective energy), with times in
   * ticks (integer units of time).
   *
   * <p>The method merges points of the hull whose times are almost equal. A merged point has the
   * shortest time and the lowest energy of the points that it replaces. Because a merged point has
   * the shortest time and the lowest energy, the computed bound remains a lower bound.
   */
  private Points points(ExecutionOptions options) {
    int[] fastestFirst = options.hull();
    int[] merged = new int[fastestFirst.length];
    double[] ticks = new double[fastestFirst.length];
    double[] energies = new double[fastestFirst.length];
    // The method fills the arrays of merged points from the end to the start, so that the fastest
    // point comes first.
    int next = fastestFirst.length;
    long anchor = Long.MAX_VALUE;
    for (int i = fastestFirst.length - 1; i >= 0; i--) {
      long time = ticks(options.time(fastestFirst[i]));
      if (anchor - time > anchor >> SAME_TIME_BITS) {
        merged[--next] = fastestFirst[i];
        anchor = time;
      }
      ticks[next] = time;
      energies[next] = options.effectiveEnergy(merged[next]);
    }
    int first = next;
    int[] convex =
        LowerHull.of(
            Arrays.copyOfRange(ticks, first, ticks.length),
            Arrays.copyOfRange(energies, first, ticks.length));
    int last = convex.length - 1;
    int[] slowestFirst = new int[convex.length];
    long[] falling = new long[convex.length];
    for (int k = 0; k <= last; k++) {
      slowestFirst[k] = merged[first + convex[last - k]];
      falling[k] = (long) ticks[first + convex[last - k]];
    }
    return new Points(options, slowestFirst, falling);
  }

  private IntegerHull hull(Points points) {
    int last = points.ticks.length - 1;
    long[] capacity = new long[last + 1];
    for (int k = 0; k < last; k++) {
      long slope = Math.round(points.slope(k) * ticksPerSecond * flowPerWatt);
      capacity[k] = Math.max(slope, k == 0 ? 1 : capacity[k - 1] + 1);
    }
    capacity[last] = IntegerHull.UNLIMITED;
    return new IntegerHull(points.options, points.indices, points.ticks, capacity);
  }

  /**
   * Converts seconds to ticks (integer units of time). The number of ticks is rounded up, so that
   * no path is shorter in ticks than in seconds.
   */
  public long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** Returns the maximum time by which rounding makes a makespan longer, in seconds. */
  public double roundingSeconds() {
    return seconds(roundingTicks);
  }

  /**
   * Converts the maximum makespan of a plan from seconds to ticks (integer units of time). The
   * returned makespan includes additional ticks, because all times on a path were rounded up.
   */
  public long deadline(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond) + roundingTicks;
  }

  /** Converts ticks (integer units of time) to seconds. */
  public double seconds(long ticks) {
    return ticks / ticksPerSecond;
  }

  /** Converts a flow in scaled watts (integer units of power) to watts. */
  public double watts(long flow) {
    return flow / flowPerWatt;
  }

  /**
   * Returns the transfer time from an operation to one of its successors, in ticks (integer units
   * of time).
   */
  public long transferTicks(int operation, int successor) {
    return ticks(dag.transferSeconds(operation, successor));
  }

  /**
   * Returns the lower convex hull of an operation's options (frequencies). Operations with the same
   * options share one object of type {@link IntegerHull}.
   */
  public IntegerHull hull(int operation) {
    return hulls[operation];
  }
}
