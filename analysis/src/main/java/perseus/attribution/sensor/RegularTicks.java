package perseus.attribution.sensor;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.numeric.MiddleMean;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Estimates when a counter with a constant period was updated, from the times at which its updates
 * were noticed.
 *
 * <p>Problem: the k-th update (tick) takes place at phase + k period, but a program that polls the
 * counter notices it later, by up to one call (some milliseconds). The interval of each update is
 * wrong by the difference of two such delays.
 *
 * <p>Method: number the ticks; remove the period and its drift; replace the delay of each tick by
 * the mean of the middle half of the delays of the ticks around it. This averages single delays
 * out, and still follows clocks that drift or jump a little. A tick that is far from the line ends
 * the regular series (the counter paused, or a clock was set), and the next series begins there.
 *
 * <p>Complexity: O(n) for n ticks. Limits: a series of fewer than 20 ticks keeps the times at which
 * they were noticed; so do all ticks if the estimated times would not increase.
 */
public final class RegularTicks {
  /** Number of ticks on each side over which delays are averaged. */
  private static final int TICKS_EACH_SIDE = 50;

  /** Distance between two ticks whose mean delay is computed; between them it is interpolated. */
  private static final int INTERPOLATED_TICKS = 20;

  /** Minimum length of a regular series. */
  private static final int MIN_TICKS = 20;

  /** Maximum distance of a tick from the line, as a share of the period. */
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

  /** Returns the recording with the counter's readings at the estimated times of its updates. */
  public static RankRecording of(RankRecording rank) {
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    List<Window> windows = rank.windows().stream().map(window -> regular(window, logs)).toList();
    return new RankRecording(
        rank.place(),
        rank.gpu(),
        windows,
        rank.iterations(),
        rank.firstStart(),
        rank.lastEnd(),
        rank.handoffs());
  }

  private static Window regular(Window window, Map<EnergyLog, EnergyLog> logs) {
    List<Segment> segments =
        window.segments().stream()
            .map(s -> s.with(logs.computeIfAbsent(s.energy(), RegularTicks::regular)))
            .toList();
    return new Window(window.frequencyMhz(), segments, window.iterations());
  }

  private static EnergyLog regular(EnergyLog log) {
    double[] times = of(log.times(), log.periodSeconds());
    return new EnergyLog(log.file(), times, log.energies(), log.usable(), log.periodSeconds());
  }

  /**
   * Estimates the times of the updates that were noticed at {@code times}.
   *
   * @param times increasing, in seconds
   * @param periodSeconds approximate period of the counter, in seconds
   * @return increasing times in seconds; {@code times} itself where the estimates would not
   *     increase
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

  /** Numbers the ticks of the series that begins at {@code from}; returns the end of the series. */
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
      // Follow the phase slowly, and the period more slowly the longer the series is.
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
   * Mean of the middle half of the values around each value, which neither spikes nor steps change
   * much. It changes slowly, so it is computed for some values and interpolated between them.
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
