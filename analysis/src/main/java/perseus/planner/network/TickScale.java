package perseus.planner.network;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.LowerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * The options' times and the hulls' slopes as integers, so that the frontier's arithmetic is exact.
 * Both scales are powers of two chosen for the problem: the longest makespan takes about 44 bits,
 * the sum of all slopes at most 60.
 */
public final class TickScale {
  private static final int TIME_BITS = 44;
  private static final int FLOW_BITS = 60;

  /** Times that differ by less than {@code 2^-SAME_TIME_BITS} of them are the same. */
  private static final int SAME_TIME_BITS = 30;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final IntegerHull[] hulls;
  private final IterationDag dag;
  private final long roundingTicks;

  /** A hull's points in ticks, without its slopes. */
  private record Points(ExecutionOptions set, int[] options, long[] ticks) {
    /** Joules per tick that the point after {@code k} costs more. */
    double slope(int k) {
      return (set.effectiveEnergy(options[k + 1]) - set.effectiveEnergy(options[k]))
          / (ticks[k] - ticks[k + 1]);
    }

    double steepest() {
      return ticks.length < 2 ? 0 : slope(ticks.length - 2);
    }
  }

  public TickScale(PlanningProblem problem) {
    dag = problem.dag();
    int n = dag.size();
    double[] slowest = new double[n];
    for (int j = 0; j < n; j++) {
      ExecutionOptions set = problem.options(j);
      slowest[j] = set.time(set.size() - 1);
    }
    ticksPerSecond = Math.scalb(1.0, TIME_BITS - Math.getExponent(dag.makespan(slowest)));
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
      hulls[j] = known.computeIfAbsent(problem.options(j), set -> hull(points.get(set)));
    }
    roundingTicks = roundingTicks(dag);
  }

  /** An operation and what it waits for take up to a tick each. */
  private static long roundingTicks(IterationDag dag) {
    double[] two = new double[dag.size()];
    Arrays.fill(two, 2);
    return (long) Math.ceil(dag.makespan(two));
  }

  /**
   * The points of a set's hull in ticks. Of points that hardly differ in time the cheapest stands
   * for all, as fast as the fastest of them: what comes of it remains a lower bound, and no slope
   * is so steep that the others are not told apart.
   */
  private Points points(ExecutionOptions set) {
    int[] fastestFirst = set.hull();
    int[] options = new int[fastestFirst.length];
    double[] ticks = new double[fastestFirst.length];
    double[] energies = new double[fastestFirst.length];
    int next = fastestFirst.length;
    long anchor = Long.MAX_VALUE;
    for (int i = fastestFirst.length - 1; i >= 0; i--) {
      long time = ticks(set.time(fastestFirst[i]));
      if (anchor - time > anchor >> SAME_TIME_BITS) {
        options[--next] = fastestFirst[i];
        anchor = time;
      }
      ticks[next] = time;
      energies[next] = set.effectiveEnergy(options[next]);
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
      slowestFirst[k] = options[first + convex[last - k]];
      falling[k] = (long) ticks[first + convex[last - k]];
    }
    return new Points(set, slowestFirst, falling);
  }

  private IntegerHull hull(Points points) {
    int last = points.ticks.length - 1;
    long[] capacity = new long[last + 1];
    for (int k = 0; k < last; k++) {
      long slope = Math.round(points.slope(k) * ticksPerSecond * flowPerWatt);
      capacity[k] = Math.max(slope, k == 0 ? 1 : capacity[k - 1] + 1);
    }
    capacity[last] = IntegerHull.UNLIMITED;
    return new IntegerHull(points.set, points.options, points.ticks, capacity);
  }

  /** Seconds in ticks, rounded up: no path is shorter in ticks than in truth. */
  public long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** Seconds by which a makespan in ticks may be longer than in truth. */
  public double roundingSeconds() {
    return seconds(roundingTicks);
  }

  /** The latest end in ticks of a plan that may take {@code seconds} in truth. */
  public long deadline(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond) + roundingTicks;
  }

  /** Ticks in seconds. */
  public double seconds(long ticks) {
    return ticks / ticksPerSecond;
  }

  /** Flow in watts. */
  public double watts(long flow) {
    return flow / flowPerWatt;
  }

  /** Ticks from the end of an operation until its result is where a successor needs it. */
  public long transferTicks(int operation, int successor) {
    return ticks(dag.transferSeconds(operation, successor));
  }

  /** The hull of an operation; operations with the same options share one. */
  public IntegerHull hull(int operation) {
    return hulls[operation];
  }
}
