package perseus.attribution.sensor;

import java.util.IdentityHashMap;
import java.util.Map;
import perseus.numeric.MiddleMean;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.RankRecording;

/**
 * Estimates the times at which an energy counter with a constant update period was updated. The
 * energy log only contains the times at which the recording program noticed the updates.
 *
 * <p>Problem: update number k of the energy counter is called tick k. Tick k takes place at the
 * time {@code phase + k * period}. A program that reads the counter again and again notices a tick
 * late, by up to the duration of one reading (some milliseconds). So the recorded time between two
 * ticks is wrong by the difference between the delays with which the ticks were noticed.
 *
 * <p>Method: each tick (update of the counter) gets its number k. The expected time of tick k is
 * the time of the first tick plus the product of k and the period. The period is corrected for the
 * drift of the clock. The delay of a tick is its noticed time minus its expected time. The delay of
 * each tick is replaced by a mean delay. To compute the mean delay of a tick, the delays of the
 * ticks around this tick are sorted, and the middle half of them is averaged. The mean of the
 * delays removes the random part of the delays, but still follows a clock that drifts or jumps a
 * little. If a tick is far from its expected time, because the counter paused or a clock was set, a
 * new series of ticks begins at this tick.
 *
 * <p>Complexity: the times of n ticks are estimated in O(n) time.
 *
 * <p>Limits: in a series of fewer than 20 ticks, the noticed times are not corrected. If the
 * estimated time of any tick is not later than the estimated time of the tick before it, the
 * noticed times of all ticks are kept.
 */
public final class RegularTicks {
  /**
   * Number of ticks before a tick, and also number of ticks after it, whose delays are averaged to
   * compute the mean delay of the tick.
   */
  private static final int TICKS_EACH_SIDE = 50;

  /**
   * The mean delay is computed exactly only for every {@code INTERPOLATED_TICKS}-th tick. The mean
   * delays of the ticks between are interpolated linearly.
   */
  private static final int INTERPOLATED_TICKS = 20;

  /**
   * Minimum number of ticks in a series. The times of the ticks in a shorter series are not
   * estimated.
   */
  private static final int MIN_TICKS = 20;

  /**
   * Maximum difference between the noticed and expected time of a tick, as a fraction of the
   * period.
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

  /**
   * Returns a copy of the recording in which the time of each counter reading is the estimated time
   * of the update.
   */
  public static RankRecording of(RankRecording rank) {
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    return rank.withSegments(
        segment ->
            segment.with(
                logs.computeIfAbsent(segment.energy(), RegularTicks::regular), segment.samples()));
  }

  private static EnergyLog regular(EnergyLog log) {
    double[] times = of(log.times(), log.periodSeconds());
    return new EnergyLog(log.file(), times, log.energies(), log.usable(), log.periodSeconds());
  }

  /**
   * Estimates the times of counter updates from the times at which they were noticed.
   *
   * @param times times in seconds at which the updates were noticed, strictly increasing
   * @param periodSeconds approximate update period of the counter, in seconds
   * @return estimated times in seconds, strictly increasing, or {@code times} itself if the
   *     estimates would not be strictly increasing
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
   * Numbers the ticks of the series of ticks that begins at index {@code from}. Returns the index
   * after the last tick of the series.
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
      // The delay of each tick changes the expected phase and the expected period of the next ticks
      // a little. The longer the series of ticks is, the less the expected period changes.
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

  /**
   * Returns, for each value, the interquartile mean of the values around it. The interquartile mean
   * is the mean of the middle half of the sorted values. Single outliers and sudden changes of the
   * values change an interquartile mean only a little. The interquartile mean changes slowly from
   * value to value, so it is computed only for some values and interpolated between them.
   */
  private static double[] localMeans(double[] values) {
    MiddleMean middle = new MiddleMean(values, 2 * TICKS_EACH_SIDE + 1);
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
