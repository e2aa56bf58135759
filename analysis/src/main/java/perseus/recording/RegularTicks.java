package perseus.recording;

/**
 * When a counter that ticks regularly ticked, from when its ticks were noticed.
 *
 * <p>A poller notices a change up to one call late, some milliseconds, and each update's interval
 * is wrong by that. The sensor itself keeps time: the k-th tick is at phase + k * period. A
 * straight line through the noticed times over some hundred ticks around each averages the delays
 * out, and still follows clocks that drift. Where a tick is far off the line, the counter lost its
 * rhythm (or a clock was set), and a new line begins. O(n).
 */
final class RegularTicks {
  /** Ticks on each side that a line goes through. */
  private static final int REACH = 100;

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

  /** Times in seconds of the ticks noticed at {@code times}; increasing as those are. */
  static double[] of(double[] times, double periodSeconds) {
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
    double origin = times[from];
    double[] k = new double[to - from + 1];
    double[] t = new double[to - from + 1];
    double[] kk = new double[to - from + 1];
    double[] kt = new double[to - from + 1];
    for (int i = from; i < to; i++) {
      int j = i - from;
      double x = tick[i];
      double y = times[i] - origin - tick[i] * period;
      k[j + 1] = k[j] + x;
      t[j + 1] = t[j] + y;
      kk[j + 1] = kk[j] + x * x;
      kt[j + 1] = kt[j] + x * y;
    }
    for (int i = from; i < to; i++) {
      int a = Math.max(from, i - REACH) - from;
      int b = Math.min(to, i + REACH + 1) - from;
      double n = b - a;
      double meanK = (k[b] - k[a]) / n;
      double meanT = (t[b] - t[a]) / n;
      double variance = (kk[b] - kk[a]) / n - meanK * meanK;
      double slope = ((kt[b] - kt[a]) / n - meanK * meanT) / variance;
      result[i] = origin + tick[i] * period + meanT + slope * (tick[i] - meanK);
    }
  }
}
