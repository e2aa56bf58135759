package perseus.recording.check;

import java.util.List;
import java.util.stream.IntStream;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warnings;

/**
 * Checks that computation times change between the claimed windows (ranges of iterations at one
 * frequency) and not inside them.
 *
 * <p>Let x_k be the logarithm of the computation time of iteration k, m_w the mean of x over window
 * w, g_w = (m_{w+1} - m_{w-1}) / 2 the change that its neighbours suggest from one window to the
 * next, and s_w the change of x over the length of window w, by a least-squares line. The checked
 * quantity is the share of the changes that lies inside windows,
 *
 * <pre>
 *   share = sum_w g_w s_w / sum_w g_w^2.
 * </pre>
 *
 * <p>The share is 0 on average if the windows are right. It is about 1 if the clock changes at
 * other iterations than the windows' borders, because x then rises within windows as it rises
 * between them. Its standard error follows from the residuals of the lines.
 *
 * <p>Complexity: O(number of iterations). Limits: at least {@link #MIN_WINDOWS} windows of at least
 * two iterations, and times that differ by at least {@link #MIN_RANGE}. Windows that are shifted by
 * whole windows are not found here, but by {@link WarmupCount}.
 */
final class WindowBorders implements RankCheck {
  private static final int MIN_WINDOWS = 4;

  /** Minimum ratio, minus 1, of the longest to the shortest mean computation time of a window. */
  private static final double MIN_RANGE = 0.03;

  /** Share of the changes inside windows above which the windows are wrong. */
  private static final double MAX_SHARE_INSIDE = 0.5;

  /** Minimum number of standard errors by which the share must differ from 0. */
  private static final double MIN_STDERRS = 4;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    List<WindowTimes> windows = WindowTimes.of(run.windows(), run.logTimes());
    if (windows.size() < MIN_WINDOWS || range(windows) < MIN_RANGE) {
      return;
    }
    double squares = windows.stream().mapToDouble(WindowTimes::squares).sum();
    int free = windows.stream().mapToInt(w -> Math.max(0, w.count() - 2)).sum();
    double product = 0;
    double norm = 0;
    double noise = 0;
    for (int w = 1; w + 1 < windows.size(); w++) {
      WindowTimes window = windows.get(w);
      double change = (windows.get(w + 1).mean() - windows.get(w - 1).mean()) / 2;
      if (window.slopeWeight() > 0) {
        product += change * window.changeInside();
        norm += change * change;
        double length = window.window().length();
        noise += change * change * length * length / window.slopeWeight();
      }
    }
    double share = product / norm;
    // Windows of two iterations leave no residual. The spread of the products is then the only
    // measure of the noise.
    double stderr = free > 0 ? Math.sqrt(squares / free * noise) / norm : 0.1;
    if (share > MAX_SHARE_INSIDE && share > MIN_STDERRS * stderr) {
      run.contradict(
          "the times of rank %d change inside the windows of %d iterations and not between them"
              .formatted(run.rank(), run.windowLength()),
          "--num-microbatches %d, --num-prof-steps %d and --warmup-schedules"
              .formatted(run.numMicrobatches(), run.windowLength()),
          warnings);
    }
    int repeats = repeats(windows);
    if (repeats > 1) {
      run.contradict(
          "the times of rank %d stay equal over %d windows of %d iterations each time before they change"
              .formatted(run.rank(), repeats, run.windowLength()),
          "--num-microbatches %d and --num-prof-steps %d"
              .formatted(run.numMicrobatches(), run.windowLength()),
          warnings);
    }
  }

  private static double range(List<WindowTimes> windows) {
    double highest = windows.stream().mapToDouble(WindowTimes::mean).max().orElse(0);
    double lowest = windows.stream().mapToDouble(WindowTimes::mean).min().orElse(0);
    return highest - lowest;
  }

  /**
   * Returns the number of consecutive windows that have the same clock in truth, if the times
   * change only at every second, third, fourth or fifth border of windows; otherwise 1. The
   * compared quantity is the change at a border, divided by the change that the frequencies
   * suggest.
   */
  private static int repeats(List<WindowTimes> windows) {
    double[] elasticity =
        IntStream.range(0, windows.size() - 1)
            .mapToDouble(
                w ->
                    (windows.get(w + 1).mean() - windows.get(w).mean())
                        / Math.log(
                            (double) windows.get(w).window().frequencyMhz()
                                / windows.get(w + 1).window().frequencyMhz()))
            .toArray();
    for (int period = 2; period <= 5; period++) {
      for (int phase = 0; phase < period; phase++) {
        int n = period;
        int p = phase;
        MeanAndError on = MeanAndError.of(elasticity, w -> w % n == p);
        MeanAndError off = MeanAndError.of(elasticity, w -> w % n != p);
        double error = Math.hypot(on.stderr(), off.stderr());
        if (on.count() >= 3
            && Math.abs(off.mean()) < 0.15 * on.mean()
            && on.mean() - off.mean() > 2 * MIN_STDERRS * error) {
          return period;
        }
      }
    }
    return 1;
  }
}
