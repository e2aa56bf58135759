package perseus.planner;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import perseus.pipeline.IterationDag;

/**
 * The options' times and the hulls' slopes as integers, so that the frontier's arithmetic is exact.
 * Both scales are powers of two chosen for the problem: the longest makespan takes about 44 bits,
 * the sum of all slopes at most 60.
 */
final class ScaledCosts {
  private static final int TIME_BITS = 44;
  private static final int FLOW_BITS = 60;

  /** Times that differ by less than {@code 2^-SAME_TIME_BITS} of them are the same. */
  private static final int SAME_TIME_BITS = 30;

  /** Capacity of the fastest point's arc. */
  static final long UNLIMITED = Long.MAX_VALUE;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final Hull[] hulls;
  private final IterationDag dag;
  private final long roundingTicks;

  /**
   * An operation's hull from its slowest point to its fastest.
   *
   * @param options indices into the option set
   * @param ticks time of each point, falling
   * @param capacity flow up to which each point's time is the length of the next unit: the slope to
   *     the next point in scaled watts, rising; unlimited for the last
   */
  record Hull(OptionSet set, int[] options, long[] ticks, long[] capacity) {
    /**
     * Effective energy in joules at a duration between the point {@code k} and the one before it;
     * beyond them that of the nearer.
     */
    double effectiveEnergy(int k, long duration) {
      double faster = set.effectiveEnergy(options[k]);
      if (k == 0 || duration <= ticks[k]) {
        return faster;
      }
      double slower = set.effectiveEnergy(options[k - 1]);
      double share = (double) (duration - ticks[k]) / (ticks[k - 1] - ticks[k]);
      return faster + Math.min(1, share) * (slower - faster);
    }

    /** Effective energy in joules at any duration. */
    double effectiveEnergy(long duration) {
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
    long flowAbove(long duration) {
      int k = firstWithin(duration);
      return k == 0 ? 0 : capacity[k - 1];
    }

    /** Flow that points as slow as this, and slower ones, take together. */
    long flowFrom(long duration) {
      return flowAbove(duration - 1);
    }

    /**
     * The point whose time is the length of the next unit after {@code flow}.
     *
     * @param near a point to look from
     */
    int nextPoint(int near, long flow) {
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
    int lastPoint(int next, long flow) {
      return next > 0 && flow == capacity[next - 1] ? next - 1 : next;
    }
  }

  /** A hull's points in ticks, without its slopes. */
  private record Points(OptionSet set, int[] options, long[] ticks) {
    /** Joules per tick that the point after {@code k} costs more. */
    double slope(int k) {
      return (set.effectiveEnergy(options[k + 1]) - set.effectiveEnergy(options[k]))
          / (ticks[k] - ticks[k + 1]);
    }

    double steepest() {
      return ticks.length < 2 ? 0 : slope(ticks.length - 2);
    }
  }

  ScaledCosts(PlanningProblem problem) {
    dag = problem.dag();
    int n = dag.size();
    double[] slowest = new double[n];
    for (int j = 0; j < n; j++) {
      OptionSet set = problem.options(j);
      slowest[j] = set.time(set.size() - 1);
    }
    ticksPerSecond = Math.scalb(1.0, TIME_BITS - Math.getExponent(dag.makespan(slowest)));
    Map<OptionSet, Points> points = new IdentityHashMap<>();
    double slopes = 0;
    for (int j = 0; j < n; j++) {
      slopes += points.computeIfAbsent(problem.options(j), this::points).steepest();
    }
    flowPerWatt =
        slopes == 0
            ? 1
            : Math.scalb(1.0, FLOW_BITS - 1 - Math.getExponent(slopes * ticksPerSecond));
    Map<OptionSet, Hull> known = new IdentityHashMap<>();
    hulls = new Hull[n];
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
  private Points points(OptionSet set) {
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

  private Hull hull(Points points) {
    int last = points.ticks.length - 1;
    long[] capacity = new long[last + 1];
    for (int k = 0; k < last; k++) {
      long slope = Math.round(points.slope(k) * ticksPerSecond * flowPerWatt);
      capacity[k] = Math.max(slope, k == 0 ? 1 : capacity[k - 1] + 1);
    }
    capacity[last] = UNLIMITED;
    return new Hull(points.set, points.options, points.ticks, capacity);
  }

  /** Seconds in ticks, rounded up: no path is shorter in ticks than in truth. */
  long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** Seconds by which a makespan in ticks may be longer than in truth. */
  double roundingSeconds() {
    return seconds(roundingTicks);
  }

  /** The latest end in ticks of a plan that may take {@code seconds} in truth. */
  long deadline(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond) + roundingTicks;
  }

  /** Ticks in seconds. */
  double seconds(long ticks) {
    return ticks / ticksPerSecond;
  }

  /** Flow in watts. */
  double watts(long flow) {
    return flow / flowPerWatt;
  }

  /** Ticks from the end of an operation until its result is where a successor needs it. */
  long transferTicks(int operation, int successor) {
    return ticks(dag.transferSeconds(operation, successor));
  }

  /** The hull of an operation; operations with the same options share one. */
  Hull hull(int operation) {
    return hulls[operation];
  }
}
