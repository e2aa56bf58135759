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
 * <p>Times are converted to integer time units, rounded up. Slopes of energy over time (joules per
 * second) are converted to integer power units, which are the unit of flow in the network. The
 * number of units per second and the number of units per watt are powers of two, and depend on the
 * problem.
 *
 * <p>The units are chosen so that sums of times and sums of flows fit into 64 bits. The longest
 * makespan is at most about {@code 2^45} time units, and the sum of all slopes is at most about
 * {@code 2^60} power units.
 */
public final class TickScale {
  private static final int TIME_BITS = 44;
  private static final int FLOW_BITS = 60;

  /**
   * Two times of an operation count as equal if their relative difference is at most {@code
   * 2^-SAME_TIME_BITS}. The slope between almost equal times could be so steep that all other
   * slopes would round to the same integer.
   */
  private static final int SAME_TIME_BITS = 30;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final IntegerHull[] hulls;
  private final IterationDag dag;
  private final long roundingTicks;

  /**
   * Holds the points (time, energy) of the lower convex hull of an operation's frequency choices,
   * the slowest point first.
   *
   * @param options rows of the profile for the operation
   * @param indices for each point, the index of its row in {@code options}
   * @param ticks time of each point in integer time units, falling
   */
  private record Points(ExecutionOptions options, int[] indices, long[] ticks) {
    /**
     * Returns the slope of the lower convex hull between point {@code k} and the next faster point,
     * in joules per integer time unit.
     */
    double slope(int k) {
      return (options.effectiveEnergy(indices[k + 1]) - options.effectiveEnergy(indices[k]))
          / (ticks[k] - ticks[k + 1]);
    }

    /**
     * Returns the slope between the two fastest points of the lower convex hull in joules per
     * integer time unit; 0 for a single point.
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
   * Returns the maximum number of integer time units by which rounding up makes a path longer. Each
   * operation and each transfer on a path adds at most one integer time unit.
   */
  private static long roundingTicks(IterationDag dag) {
    double[] two = new double[dag.size()];
    Arrays.fill(two, 2);
    // Each operation counts two units: one for itself, and one for a transfer after it.
    // The makespan also contains transfer times in seconds, so the result is slightly too large.
    return (long) Math.ceil(EarliestStarts.of(dag, two).makespanSeconds());
  }

  /**
   * Returns the lower convex hull of an operation's points (time, energy minus energy of waiting),
   * with times in integer time units.
   *
   * <p>The method merges points of the lower convex hull whose times are almost equal. The computed
   * bound remains a lower bound, because a merged point has the shortest time and the lowest energy
   * of all merged points.
   */
  private Points points(ExecutionOptions options) {
    int[] fastestFirst = options.hull();
    int[] merged = new int[fastestFirst.length];
    double[] ticks = new double[fastestFirst.length];
    double[] energies = new double[fastestFirst.length];
    // The loop fills the arrays from their ends, so that the fastest point comes first.
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
   * Converts seconds to integer time units, rounded up, so that no path is shorter in integer time
   * units than in seconds.
   */
  public long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** Returns the maximum time by which rounding makes a makespan longer, in seconds. */
  public double roundingSeconds() {
    return seconds(roundingTicks);
  }

  /**
   * Converts the maximum makespan of a plan from seconds to integer time units. The result includes
   * the maximum rounding error of a path.
   */
  public long deadline(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond) + roundingTicks;
  }

  /** Converts integer time units to seconds. */
  public double seconds(long ticks) {
    return ticks / ticksPerSecond;
  }

  /** Converts a flow from integer power units to watts. */
  public double watts(long flow) {
    return flow / flowPerWatt;
  }

  /**
   * Returns the transfer time from an operation to one of its successors, in integer time units.
   */
  public long transferTicks(int operation, int successor) {
    return ticks(dag.transferSeconds(operation, successor));
  }

  /**
   * Returns the lower convex hull of an operation's points (time, energy minus energy of waiting).
   * Operations with the same frequency choices share one object.
   */
  public IntegerHull hull(int operation) {
    return hulls[operation];
  }
}
