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
 * When a counter that ticks regularly ticked, from when its ticks were noticed.
 *
 * <p>A poller notices a change up to one call late, some milliseconds, and each update's interval
 * is wrong by that. The sensor itself keeps time: the k-th tick is at phase + k * period. The mean
 * of the middle half of the delays of some hundred ticks around each averages them out, and still
 * follows clocks that drift and small steps. Where a tick is far off the line, the counter lost its
 * rhythm (or a clock was set), and a new line begins. O(n).
 */
public final class RegularTicks {
  /** Ticks on each side that tell how late a tick is usually noticed. */
  private static final int REACH = 50;

  /** From one tick at which that is looked at to the next. */
  private static final int STRIDE = 20;

  /** Fewer ticks than this make no line. */
  private static final int FEWEST = 20;

  /** A tick further off than this share of the period is not on the line. */
  private static final double FARTHEST = 0.35;

  private final double[] times;
  private final double[] result;
  private final double[] tick;
  private final double period;

  private RegularTicks(double[] times, double period) {
    this.times = times;
    this.result = times.clone();
    this.tick = new double[times.length];
    this.period = period;
  }

  /** The same recording with the counter's readings at regular ticks. */
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

  /** Times in seconds of the ticks noticed at {@code times}; increasing as those are. */
  public static double[] of(double[] times, double periodSeconds) {
    RegularTicks ticks = new RegularTicks(times, periodSeconds);
    int from = 0;
    while (from < times.length) {
      int to = ticks.count(from);
      if (to - from >= FEWEST) {
        ticks.smooth(from, to);
      }
      from = to;
    }
    for (int i = 1; i < times.length; i++) {
      if (!(ticks.result[i] > ticks.result[i - 1])) {
        return times;
      }
    }
    return ticks.result;
  }

  /** Numbers the ticks from {@code from} on; where the rhythm ends. */
  private int count(int from) {
    tick[from] = 0;
    double phase = times[from];
    double rhythm = period;
    int i = from + 1;
    for (; i < times.length; i++) {
      double steps = Math.rint((times[i] - phase) / rhythm - tick[i - 1]);
      double late = times[i] - phase - (tick[i - 1] + steps) * rhythm;
      if (steps < 1 || Math.abs(late) > FARTHEST * period) {
        break;
      }
      tick[i] = tick[i - 1] + steps;
      // Follow the phase slowly, and the rhythm ever more slowly.
      phase += 0.1 * late;
      double length = tick[i];
      double gain = 0.1 * late / Math.max(50, length);
      rhythm += gain;
      phase -= gain * tick[i];
    }
    return i;
  }

  private void smooth(int from, int to) {
    int n = to - from;
    double[] late = new double[n];
    for (int i = 0; i < n; i++) {
      late[i] = times[from + i] - times[from] - tick[from + i] * period;
    }
    int half = n / 2;
    double[] drifts = new double[n - half];
    for (int i = 0; i < drifts.length; i++) {
      drifts[i] = (late[i + half] - late[i]) / (tick[from + i + half] - tick[from + i]);
    }
    double drift = Quantile.median(drifts);
    for (int i = 0; i < n; i++) {
      late[i] -= drift * tick[from + i];
    }
    double[] usual = usual(late);
    for (int i = 0; i < n; i++) {
      result[from + i] = times[from] + tick[from + i] * (period + drift) + usual[i];
    }
  }

  /**
   * The mean of the middle half of the values around each, which neither spikes nor steps move:
   * looked at now and then, and straight in between, as it changes slowly.
   */
  private static double[] usual(double[] values) {
    MiddleMean middle = new MiddleMean(values, 2 * REACH + 1);
    double[] usual = new double[values.length];
    int before = 0;
    usual[0] = around(0, values.length, middle);
    while (before < values.length - 1) {
      int next = Math.min(before + STRIDE, values.length - 1);
      usual[next] = around(next, values.length, middle);
      for (int i = before + 1; i < next; i++) {
        double share = (double) (i - before) / (next - before);
        usual[i] = usual[before] + share * (usual[next] - usual[before]);
      }
      before = next;
    }
    return usual;
  }

  private static double around(int center, int length, MiddleMean middle) {
    return middle.moveTo(Math.max(0, center - REACH), Math.min(length, center + REACH + 1));
  }
}
