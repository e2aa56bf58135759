package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.MinDwell;

/**
 * Holds the times for which each rank has held its clocks in the partial plans of a {@link
 * ClockBeam}. The class is used only if clocks must be held for a minimum time ({@link MinDwell}).
 *
 * <p>A run is a sequence of consecutive computations of a rank at one clock. If the first and the
 * last computation of a rank have the same clock, the last run continues in the first run of the
 * next iteration. A longer iteration then makes the hold time of this clock longer. Each array
 * holds the data of all partial plans, one after another.
 */
final class ClockHolds {
  /** Stands for the clock of a rank that has no computation yet, or no further computation. */
  private static final int NONE = -1;

  /** Differences in seconds up to this value count as rounding errors. */
  private static final double EPSILON_SECONDS = 1e-12;

  private final int lanes;
  private final double leastSeconds;

  /** Clock in MHz, by the index of the frequency. */
  private final int[] clocks;

  /** Element {@code b * lanes + r} is the last clock of rank r in partial plan b, in MHz. */
  private final int[] clock;

  private final int[] firstClock;

  /** Start in seconds of the last run of each rank. */
  private final double[] runStart;

  /** End in seconds of the last computation of each rank. */
  private final double[] runEnd;

  private final double[] firstStart;

  /** End in seconds of the first run of each rank; infinite if the first run is the last run. */
  private final double[] firstEnd;

  /** Shortest iteration time in seconds in which all ranks hold their clocks long enough. */
  private final double[] leastIteration;

  /**
   * @param width maximum number of partial plans
   */
  ClockHolds(int width, int lanes, ClockDwell dwell) {
    this.lanes = lanes;
    leastSeconds = dwell.leastSeconds();
    clocks = dwell.clocks();
    clock = new int[width * lanes];
    firstClock = new int[width * lanes];
    runStart = new double[width * lanes];
    runEnd = new double[width * lanes];
    firstStart = new double[width * lanes];
    firstEnd = new double[width * lanes];
    leastIteration = new double[width];
  }

  void start() {
    Arrays.fill(clock, 0, lanes, NONE);
    Arrays.fill(firstClock, 0, lanes, NONE);
    leastIteration[0] = 0;
  }

  void copy(ClockHolds other, int from, int to) {
    System.arraycopy(other.clock, from * lanes, clock, to * lanes, lanes);
    System.arraycopy(other.firstClock, from * lanes, firstClock, to * lanes, lanes);
    System.arraycopy(other.runStart, from * lanes, runStart, to * lanes, lanes);
    System.arraycopy(other.runEnd, from * lanes, runEnd, to * lanes, lanes);
    System.arraycopy(other.firstStart, from * lanes, firstStart, to * lanes, lanes);
    System.arraycopy(other.firstEnd, from * lanes, firstEnd, to * lanes, lanes);
    leastIteration[to] = other.leastIteration[from];
  }

  /**
   * Returns the shortest iteration time in seconds in which a rank holds its clocks long enough, if
   * the rank runs one more computation. The time is 0 if the iteration time does not matter, and
   * infinite if the computation ends a run that is too short.
   *
   * @param setting index of the frequency of the computation
   * @param start start of the computation in seconds
   * @param end end of the computation in seconds
   * @param isLast whether the computation is the last one of the rank
   */
  double leastIteration(int b, int lane, int setting, double start, double end, boolean isLast) {
    int at = b * lanes + lane;
    if (clock[at] == NONE) {
      return 0;
    }
    boolean goesOn = clock[at] == clocks[setting];
    boolean inFirstRun = firstEnd[at] == Double.POSITIVE_INFINITY;
    if (!goesOn && !inFirstRun && runEnd[at] - runStart[at] < leastSeconds) {
      return Double.POSITIVE_INFINITY;
    }
    if (!isLast || goesOn && inFirstRun) {
      return 0;
    }
    double lastStart = goesOn ? runStart[at] : start;
    double firstRunEnd = inFirstRun ? runEnd[at] : firstEnd[at];
    if (clocks[setting] == firstClock[at]) {
      return leastSeconds + lastStart - firstRunEnd;
    }
    return end - lastStart < leastSeconds || firstRunEnd - firstStart[at] < leastSeconds
        ? Double.POSITIVE_INFINITY
        : 0;
  }

  /** Adds a computation of a rank to partial plan b; see {@link #leastIteration}. */
  void put(int b, int lane, int setting, double start, double end, boolean isLast) {
    int at = b * lanes + lane;
    leastIteration[b] =
        Math.max(leastIteration[b], leastIteration(b, lane, setting, start, end, isLast));
    if (clock[at] == NONE) {
      firstClock[at] = clocks[setting];
      firstStart[at] = start;
      firstEnd[at] = Double.POSITIVE_INFINITY;
      runStart[at] = start;
    } else if (clock[at] != clocks[setting]) {
      firstEnd[at] = Math.min(firstEnd[at], runEnd[at]);
      runStart[at] = start;
    }
    clock[at] = isLast ? NONE : clocks[setting];
    firstClock[at] = isLast ? NONE : firstClock[at];
    runEnd[at] = end;
  }

  /** Returns a number that is equal for partial plans whose ranks have equal clocks. */
  int key(int b) {
    int key = 0;
    for (int at = b * lanes; at < (b + 1) * lanes; at++) {
      key = (key * 31 + clock[at]) * 31 + firstClock[at];
    }
    return key * 0x9E3779B9;
  }

  /**
   * Returns whether all ranks have the same clocks in partial plans a and b. In addition, each rank
   * must have held its clock in partial plan a for at least as long as in partial plan b. Hold
   * times above the minimum hold time count as equal.
   */
  boolean dominates(int a, int b) {
    for (int lane = 0; lane < lanes; lane++) {
      int at = a * lanes + lane;
      int bt = b * lanes + lane;
      if (clock[at] != clock[bt]
          || firstClock[at] != firstClock[bt]
          || clock[at] != NONE && (held(at) < held(bt) || heldFirst(at) < heldFirst(bt))) {
        return false;
      }
    }
    return leastIteration[a] <= leastIteration[b] + EPSILON_SECONDS;
  }

  private double held(int at) {
    return Math.min(leastSeconds, runEnd[at] - runStart[at]);
  }

  private double heldFirst(int at) {
    return Math.min(leastSeconds, Math.min(firstEnd[at], runEnd[at]) - firstStart[at]);
  }
}
