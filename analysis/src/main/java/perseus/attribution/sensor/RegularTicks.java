package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.numeric.MiddleMean;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;

/**
 * Estimates the times at which an energy counter with a constant update period was updated. An
 * energy log only contains the times at which the recording program noticed the counter updates.
 *
 * <p>Problem: the updates of an energy counter have a constant period. A program that reads an
 * energy counter again and again notices an update some milliseconds late. Different delays make
 * the recorded times between counter updates irregular.
 *
 * <p>Method: the expected time of an update is a whole number of periods after the first update.
 * The expected times of the counter updates are corrected for a linear drift between the clocks of
 * the counter and of the host. The delay of a counter update is its noticed time minus its expected
 * time. The estimated time of a counter update is its expected time plus the interquartile mean of
 * the delays of up to 101 neighbouring updates. The interquartile mean of neighbouring delays
 * removes random delays, but still follows a clock that drifts or jumps a little. If the counter
 * paused or a clock was set, the numbering of the updates starts again.
 *
 * <p>Complexity: O(n) time for n counter updates.
 *
 * <p>Limits: the times of fewer than 20 regular updates in sequence are not corrected. If the
 * estimated times are not strictly increasing, the noticed times of all updates are used.
 */
public final class RegularTicks {
  /**
   * Number of earlier updates, and of later updates, from which the mean delay of an update is
   * computed.
   */
  private static final int TICKS_EACH_SIDE = 50;

  /** Number of neighbouring counter updates whose delays are averaged. */
  public static final int AVERAGED_TICKS = 2 * TICKS_EACH_SIDE + 1;

  /**
   * The mean delay is computed for every 20th counter update, and interpolated linearly for the
   * others.
   */
  private static final int INTERPOLATED_TICKS = 20;

  /** Minimum number of regular counter updates in sequence whose times are corrected. */
  private static final int MIN_TICKS = 20;

  /**
   * Maximum difference between the noticed and the expected time of an update, as a fraction of the
   * update period.
   */
  private static final double MAX_DEVIATION = 0.35;

  private final double[] noticed;
  private final double[] estimated;
  private final double[] tick;
  private final double period;

  private RegularTicks(double[] noticed, double period) {
    this.noticed = noticed;
    this.estimated = noticed.clone();
    this.tick = new double[noticed.length];
    this.period = period;
  }

  /** Returns a copy of the recording with an estimated update time for each counter reading. */
  public static RankRecording of(RankRecording rank) {
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    return rank.withSegments(
        segment ->
            segment.with(
                logs.computeIfAbsent(segment.energy(), RegularTicks::regular), segment.samples()));
  }

  private static EnergyLog regular(EnergyLog log) {
    double period = TickPeriod.of(log);
    double[] times = of(log.times(), period);
    if (times == log.times()) {
      return log;
    }
    // A mean of many times that were rounded down is half a time quantum too early.
    double shift = log.quantumSeconds() / 2;
    double[] later = Arrays.stream(times).map(time -> time + shift).toArray();
    return log.withTimes(later).withPeriod(period).withQuantum(0);
  }

  /**
   * Returns the standard error of the estimated times of counter updates, in seconds. The standard
   * error of the interquartile mean of uniformly distributed delays is sqrt(2) times the standard
   * error of their mean. Counter updates whose delays are averaged together share one error.
   */
  static double stderr(List<RankRecording> ranks) {
    double squares = 0;
    long count = 0;
    for (EnergyLog log :
        ranks.stream()
            .flatMap(rank -> rank.windows().stream())
            .flatMap(window -> window.segments().stream())
            .map(Segment::energy)
            .distinct()
            .toList()) {
      double[] estimated = of(log.times(), TickPeriod.of(log));
      for (int i = 0; i < estimated.length; i++) {
        double delay = log.times()[i] - estimated[i];
        squares += delay * delay;
        count++;
      }
    }
    return count == 0 ? 0 : Math.sqrt(2 * squares / count / AVERAGED_TICKS);
  }

  /**
   * Estimates the times of counter updates from the times at which a program noticed the updates.
   *
   * @param times times in seconds at which the program noticed the counter updates, strictly
   *     increasing
   * @param periodSeconds approximate update period of the counter, in seconds
   * @return estimated times in seconds, or the noticed times if the estimated times are not
   *     strictly increasing
   */
  public static double[] of(double[] times, double periodSeconds) {
    RegularTicks ticks = new RegularTicks(times, periodSeconds);
    int from = 0;
    while (from < times.length) {
      int to = ticks.numberTicks(from);
      if (to - from >= MIN_TICKS) {
        ticks.estimate(from, to);
      }
      from = to;
    }
    for (int i = 1; i < times.length; i++) {
      if (!(ticks.estimated[i] > ticks.estimated[i - 1])) {
        return times;
      }
    }
    return ticks.estimated;
  }

  /**
   * Numbers the regular counter updates from index {@code from} on, and returns the index after the
   * last regular update.
   */
  private int numberTicks(int from) {
    tick[from] = 0;
    double phase = noticed[from];
    double currentPeriod = period;
    int i = from + 1;
    for (; i < noticed.length; i++) {
      double steps = Math.rint((noticed[i] - phase) / currentPeriod - tick[i - 1]);
      double delay = noticed[i] - phase - (tick[i - 1] + steps) * currentPeriod;
      if (steps < 1 || Math.abs(delay) > MAX_DEVIATION * period) {
        break;
      }
      tick[i] = tick[i - 1] + steps;
      // The delay of a counter update corrects the expected time and the expected period of the
      // following updates a little. The more updates came before, the smaller is the correction of
      // the expected period.
      phase += 0.1 * delay;
      double length = tick[i];
      double gain = 0.1 * delay / Math.max(50, length);
      currentPeriod += gain;
      phase -= gain * tick[i];
    }
    return i;
  }

  private void estimate(int from, int to) {
    int n = to - from;
    double[] delay = new double[n];
    for (int i = 0; i < n; i++) {
      delay[i] = noticed[from + i] - noticed[from] - tick[from + i] * period;
    }
    int half = n / 2;
    double[] drifts = new double[n - half];
    for (int i = 0; i < drifts.length; i++) {
      drifts[i] = (delay[i + half] - delay[i]) / (tick[from + i + half] - tick[from + i]);
    }
    double drift = Quantile.median(drifts);
    for (int i = 0; i < n; i++) {
      delay[i] -= drift * tick[from + i];
    }
    double[] mean = localMeans(delay);
    for (int i = 0; i < n; i++) {
      estimated[from + i] = noticed[from] + tick[from + i] * (period + drift) + mean[i];
    }
  }

  /** Returns, for each value, the interquartile mean of the values around it. */
  private static double[] localMeans(double[] values) {
    MiddleMean middle = new MiddleMean(values, AVERAGED_TICKS);
    double[] means = new double[values.length];
    int before = 0;
    means[0] = around(0, values.length, middle);
    while (before < values.length - 1) {
      int next = Math.min(before + INTERPOLATED_TICKS, values.length - 1);
      means[next] = around(next, values.length, middle);
      for (int i = before + 1; i < next; i++) {
        double share = (double) (i - before) / (next - before);
        means[i] = means[before] + share * (means[next] - means[before]);
      }
      before = next;
    }
    return means;
  }

  private static double around(int center, int length, MiddleMean middle) {
    return middle.moveTo(
        Math.max(0, center - TICKS_EACH_SIDE), Math.min(length, center + TICKS_EACH_SIDE + 1));
  }
}
