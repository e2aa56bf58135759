package perseus.attribution.sensor;

import perseus.recording.log.EnergyLog;

/**
 * Finds the period of an energy counter whose updates follow each other after one or several
 * periods.
 *
 * <p>Problem: find the largest period of which almost all times between updates are multiples. A
 * recorded time is some milliseconds late.
 *
 * <p>Method: the median time between updates is divided by 1, 2, ..., {@link #MAX_TICKS}. The first
 * quotient is the period if almost all times between updates lie near its multiples. If no quotient
 * is the period, or if most updates follow after one period, the median is used.
 *
 * <p>Complexity: O(n) time for n updates.
 *
 * <p>Limits: periods shorter than {@link #MIN_SECONDS} are not found, because most recorded times
 * lie near a multiple of them.
 */
final class TickPeriod {
  private static final int MAX_TICKS = 10;
  private static final double MIN_SECONDS = 0.015;
  private static final int MIN_UPDATES = 100;

  /** Longest time between updates that is compared, in periods. */
  private static final int LONGEST = 20;

  /** Maximum difference between a time and a near multiple of the period, in periods. */
  private static final double NEAR = 0.25;

  private static final double ALMOST_ALL = 0.95;

  /**
   * The median is used as the period if more than this fraction of updates follow after one period.
   */
  private static final double MOST = 0.75;

  /**
   * Maximum root mean square difference between times and multiples of the period, in periods. For
   * random times, it would be 0.29.
   */
  private static final double MAX_RMS = 0.15;

  private TickPeriod() {}

  /** Returns the period of a counter in seconds. */
  static double of(EnergyLog log) {
    double median = log.periodSeconds();
    if (log.size() <= MIN_UPDATES || log.quantumSeconds() > 0) {
      return median;
    }
    for (int ticks = 1; ticks <= MAX_TICKS && median / ticks >= MIN_SECONDS; ticks++) {
      double period = refined(log.times(), refined(log.times(), median / ticks));
      if (fits(log.times(), period)) {
        return mostAreSingle(log.times(), period) ? median : period;
      }
    }
    return median;
  }

  private static double refined(double[] times, double period) {
    double seconds = 0;
    double ticks = 0;
    for (int i = 1; i < times.length; i++) {
      double between = times[i] - times[i - 1];
      double steps = Math.rint(between / period);
      if (steps >= 1 && steps <= LONGEST && Math.abs(between / period - steps) <= NEAR) {
        seconds += between;
        ticks += steps;
      }
    }
    return ticks > 0 ? seconds / ticks : period;
  }

  /** Returns whether most updates follow one period after the update before. */
  private static boolean mostAreSingle(double[] times, double period) {
    int single = 0;
    for (int i = 1; i < times.length; i++) {
      single += times[i] - times[i - 1] < 1.5 * period ? 1 : 0;
    }
    return single > MOST * times.length;
  }

  private static boolean fits(double[] times, double period) {
    int near = 0;
    int compared = 0;
    double squares = 0;
    for (int i = 1; i < times.length; i++) {
      double steps = (times[i] - times[i - 1]) / period;
      if (steps < LONGEST) {
        double distance = Math.abs(steps - Math.max(1, Math.rint(steps)));
        compared++;
        near += distance <= NEAR ? 1 : 0;
        squares += distance * distance;
      }
    }
    return near >= ALMOST_ALL * compared && Math.sqrt(squares / compared) <= MAX_RMS;
  }
}
