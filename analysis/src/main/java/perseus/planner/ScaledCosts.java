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

  /** Capacity of the fastest point's arc. */
  static final long UNLIMITED = Long.MAX_VALUE;

  private final double ticksPerSecond;
  private final double flowPerWatt;
  private final Hull[] hulls;
  private final IterationDag dag;

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

  ScaledCosts(PlanningProblem problem) {
    dag = problem.dag();
    int n = dag.size();
    double[] slowest = new double[n];
    double slopes = 0;
    for (int j = 0; j < n; j++) {
      OptionSet set = problem.options(j);
      slowest[j] = set.time(set.size() - 1);
      slopes += steepestSlope(set);
    }
    double longest = dag.makespan(slowest);
    ticksPerSecond = Math.scalb(1.0, TIME_BITS - Math.getExponent(longest));
    flowPerWatt = slopes == 0 ? 1 : Math.scalb(1.0, FLOW_BITS - 1 - Math.getExponent(slopes));
    Map<OptionSet, Hull> bySet = new IdentityHashMap<>();
    hulls = new Hull[n];
    for (int j = 0; j < n; j++) {
      hulls[j] = bySet.computeIfAbsent(problem.options(j), this::hull);
    }
  }

  private static double steepestSlope(OptionSet set) {
    int[] hull = set.hull();
    return hull.length < 2 ? 0 : slope(set, hull[0], hull[1]);
  }

  /**
   * Watts saved per second more, from the option at index {@code faster} to that at {@code slower}.
   */
  private static double slope(OptionSet set, int faster, int slower) {
    return (set.effectiveEnergy(faster) - set.effectiveEnergy(slower))
        / (set.time(slower) - set.time(faster));
  }

  private Hull hull(OptionSet set) {
    int[] fastestFirst = set.hull();
    int[] options = new int[fastestFirst.length];
    long[] ticks = new long[fastestFirst.length];
    int points = 0;
    for (int i = fastestFirst.length - 1; i >= 0; i--) {
      long time = ticks(set.time(fastestFirst[i]));
      // Of points that differ by less than a tick the cheaper one stands for all: L remains a lower
      // bound.
      if (points == 0 || time < ticks[points - 1]) {
        options[points] = fastestFirst[i];
        ticks[points++] = time;
      }
    }
    long[] capacity = new long[points];
    for (int k = 0; k < points - 1; k++) {
      long slope = Math.round(slope(set, options[k + 1], options[k]) * flowPerWatt);
      capacity[k] = Math.max(slope, k == 0 ? 1 : capacity[k - 1] + 1);
    }
    capacity[points - 1] = UNLIMITED;
    return new Hull(set, Arrays.copyOf(options, points), Arrays.copyOf(ticks, points), capacity);
  }

  /** Seconds in ticks, rounded up: no path is shorter in ticks than in truth. */
  long ticks(double seconds) {
    return (long) Math.ceil(seconds * ticksPerSecond);
  }

  /** Whole ticks within {@code seconds}. */
  long ticksWithin(double seconds) {
    return (long) Math.floor(seconds * ticksPerSecond);
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
