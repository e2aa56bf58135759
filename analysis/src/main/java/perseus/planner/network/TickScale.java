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
 * Converts the times and slopes of a problem to integers, so that the arithmetic of the bound is
 * exact.
 *
 * <p>Times become ticks, rounded up. Slopes of the hulls, which are powers, become scaled watts:
 * the unit of flow in the network. Both scales are powers of two chosen for the problem. The
 * longest makespan takes about 44 bits and the sum of all slopes at most 60 bits. So no path and no
 * flow overflows 64 bits, and a difference of times can be multiplied by a 16-bit weight.
 */
public final class TickScale {
  private static final int TIME_BITS = 44;
  private static final int FLOW_BITS = 60;

  /**
   * Times whose relative difference is at most {@code 2^-SAME_TIME_BITS} count as equal. Otherwise
   * the slope between them could be so steep that all other slopes would round to the same integer.
   */
  private static final int SAME_TIME_BITS = 30;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final IntegerHull[] hulls;
  private final IterationDag dag;
  private final long roundingTicks;

  /**
   * The points of a hull without its slopes, the slowest first.
   *
   * @param options the options of the operation
   * @param indices index of each point in {@code options}
   * @param ticks time of each point in ticks, falling
   */
  private record Points(ExecutionOptions options, int[] indices, long[] ticks) {
    /** Additional effective energy from point {@code k} to the next faster one, joules per tick. */
    double slope(int k) {
      return (options.effectiveEnergy(indices[k + 1]) - options.effectiveEnergy(indices[k]))
          / (ticks[k] - ticks[k + 1]);
    }

    /** The slope at the fast end, in joules per tick; 0 if there is one point. */
    double steepest() {
      return ticks.length < 2 ? 0 : slope(ticks.length - 2);
    }
  }

  /** Chooses the scales for a problem and converts the hulls of its operations. */
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
   * The maximum number of ticks by which rounding up lengthens a path: one tick for each operation
   * and one for the transfer before it.
   */
  private static long roundingTicks(IterationDag dag) {
    double[] two = new double[dag.size()];
    Arrays.fill(two, 2);
    // This adds the transfer times as well, as numbers of seconds: that can only raise the maximum.
    return (long) Math.ceil(EarliestStarts.of(dag, two).makespanSeconds());
  }

  /**
   * The hull of an operation's options in ticks. Points that count as equal in time are merged into
   * one, with the time of the fastest and the energy of the cheapest of them. So the bound remains
   * a lower bound.
   */
  private Points points(ExecutionOptions options) {
    int[] fastestFirst = options.hull();
    int[] merged = new int[fastestFirst.length];
    double[] ticks = new double[fastestFirst.length];
    double[] energies = new double[fastestFirst.length];
    // Merged points fill the arrays from the end, so that they are the fastest first, too.
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

  /** Converts seconds to ticks, rounded up, so that no path is shorter in ticks than in seconds. */
  public long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** The maximum by which rounding lengthens a makespan, in seconds. */
  public double roundingSeconds() {
    return seconds(roundingTicks);
  }

  /** The latest end, in rounded ticks, of a plan that takes at most {@code seconds}. */
  public long deadline(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond) + roundingTicks;
  }

  /** Converts ticks to seconds. */
  public double seconds(long ticks) {
    return ticks / ticksPerSecond;
  }

  /** Converts a flow in scaled watts to watts. */
  public double watts(long flow) {
    return flow / flowPerWatt;
  }

  /** Transfer time from an operation to one of its successors, in ticks. */
  public long transferTicks(int operation, int successor) {
    return ticks(dag.transferSeconds(operation, successor));
  }

  /** The hull of an operation; operations with the same options share one object. */
  public IntegerHull hull(int operation) {
    return hulls[operation];
  }
}
