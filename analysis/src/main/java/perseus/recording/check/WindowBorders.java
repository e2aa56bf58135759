package perseus.recording.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Checks that computation times change between the claimed windows (ranges of iterations at one
 * frequency) and not inside them.
 *
 * <p>Let x_k be the logarithm of the computation time of iteration k, and m_w the mean of x over
 * window w. Let g_w = (m_{w+1} - m_{w-1}) / 2, which is the mean of the two changes of m at the
 * borders of window w. Let s_w be the change of x over the length of window w, by a least-squares
 * line. The check computes the share of the changes that happens inside windows:
 *
 * <pre>
 *   share = sum_w g_w s_w / sum_w g_w^2.
 * </pre>
 *
 * <p>The share is 0 on average if the windows are right. The share is about 1 if the clock changes
 * at other iterations than the borders of the windows, because x then rises inside windows as much
 * as between them. The standard error of the share follows from the residuals of the lines.
 *
 * <p>Complexity: O(number of iterations). Limits: the check needs at least {@link #MIN_WINDOWS}
 * windows of at least two iterations, and times that differ by at least {@link #MIN_RANGE}. The
 * check does not notice if all windows are shifted by a whole number of windows; {@link
 * WarmupCount} notices such a shift. Source: this project's own method.
 */
final class WindowBorders implements RankCheck {
  private static final int MIN_WINDOWS = 4;

  /**
   * Minimum relative difference between the mean computation times of the windows (ranges of
   * iterations at one frequency). If the difference is smaller, the windows are not checked.
   */
  private static final double MIN_RANGE = 0.03;

  /**
   * Maximum share of the changes of computation times that may happen inside windows and not
   * between them. If the share is larger, the claimed windows count as wrong.
   */
  private static final double MAX_SHARE_INSIDE = 0.3;

  /**
   * Standard error of the share of changes inside windows, used if the standard error cannot be
   * estimated.
   */
  private static final double UNKNOWN_STDERR = 0.1;

  /**
   * Minimum share of changes inside windows, as a multiple of the share's standard error, at which
   * the claimed windows count as wrong.
   */
  private static final double MIN_STDERRS = 4;

  /**
   * Minimum value of ln(likelihood of windows of another length / likelihood of the claimed
   * windows) at which the other length counts as better.
   */
  private static final double MIN_LOG_RATIO = 12;

  /**
   * Maximum length of windows (number of iterations at one frequency) that is compared with the
   * claimed length, as a multiple of the claimed length.
   */
  private static final int MAX_LENGTHS = 3;

  /**
   * Maximum length of windows that is compared with the claimed length, in iterations. This maximum
   * limits the computing time.
   */
  private static final int MAX_LENGTH = 200;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    double[] logTimes = run.logTimes();
    List<WindowTimes> windows = WindowTimes.of(run.windows(), logTimes);
    if (windows.size() < MIN_WINDOWS || range(windows) < MIN_RANGE) {
      return;
    }
    if (distinctChanges(windows) < MIN_WINDOWS) {
      return;
    }
    boolean inside = isChangeInside(windows);
    int better = betterLength(run, logTimes, inside);
    if (better != run.windowLength()) {
      run.contradict(
          "the times of rank %d change every %d iterations of %d microbatches and not every %d"
              .formatted(run.rank(), better, run.numMicrobatches(), run.windowLength()),
          "--num-microbatches %d and --num-prof-steps %d"
              .formatted(run.numMicrobatches(), run.windowLength()),
          warnings);
    } else if (inside) {
      warnOfChangesInside(run, windows, warnings, evidence);
    }
    warnOfRepeats(run, windows, warnings);
  }

  /**
   * Returns (sum g^2)^2 / sum g^4, the effective number of changes g of the computation time
   * between windows. The result is n for n equal changes, and near 1 if one change is much larger
   * than all others. A single change of the clock shows nothing about the length of windows.
   */
  private static double distinctChanges(List<WindowTimes> windows) {
    double squares = 0;
    double fourths = 0;
    for (int w = 1; w + 1 < windows.size(); w++) {
      double square = Math.pow(change(windows, w), 2);
      squares += square;
      fourths += square * square;
    }
    return squares * squares / fourths;
  }

  /**
   * Returns g_w: half the difference between the means of the windows after and before a window.
   */
  private static double change(List<WindowTimes> windows, int w) {
    return (windows.get(w + 1).mean() - windows.get(w - 1).mean()) / 2;
  }

  /**
   * Returns whether a significant share of the changes of computation times happens inside windows
   * and not between them.
   */
  private static boolean isChangeInside(List<WindowTimes> windows) {
    double squares = windows.stream().mapToDouble(WindowTimes::squares).sum();
    int free = windows.stream().mapToInt(w -> Math.max(0, w.count() - 2)).sum();
    double product = 0;
    double norm = 0;
    double noise = 0;
    for (int w = 1; w + 1 < windows.size(); w++) {
      WindowTimes window = windows.get(w);
      double change = change(windows, w);
      if (window.slopeWeight() > 0) {
        product += change * window.changeInside();
        norm += change * change;
        double length = window.window().length();
        noise += change * change * length * length / window.slopeWeight();
      }
    }
    double share = product / norm;
    // If every window has only two iterations, the least-squares lines have no residuals, so the
    // standard error of the share cannot be estimated.
    double stderr = free > 0 ? Math.sqrt(squares / free * noise) / norm : UNKNOWN_STDERR;
    return share > MAX_SHARE_INSIDE && share > MIN_STDERRS * stderr;
  }

  private static void warnOfChangesInside(
      RankRun run, List<WindowTimes> windows, Warnings warnings, ClockEvidence evidence) {
    for (int w = 1; w + 1 < windows.size(); w++) {
      evidence.addSpread(
          run.rank(),
          windows.get(w).window().frequencyMhz(),
          Math.expm1(Math.abs(change(windows, w))));
    }
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "changes inside windows",
            run.rank(),
            windows.size(),
            1,
            "%s: the times of rank %d change inside the windows of %d iterations and not only between them. Either the clocks were set late, or --num-prof-steps or --warmup-schedules is wrong. The standard errors are widened."
                .formatted(run.iterations().log().file(), run.rank(), run.windowLength())));
  }

  private static void warnOfRepeats(RankRun run, List<WindowTimes> windows, Warnings warnings) {
    // If the windows end with the recording, two neighbouring windows may really have equal clocks.
    boolean fits = run.iterations().complete == run.windows().get(run.windows().size() - 1).last();
    int repeats = fits ? 1 : repeats(windows);
    if (repeats > 1) {
      run.contradict(
          "the times of rank %d stay equal over %d windows of %d iterations each time before they change"
              .formatted(run.rank(), repeats, run.windowLength()),
          "--num-microbatches %d and --num-prof-steps %d"
              .formatted(run.numMicrobatches(), run.windowLength()),
          warnings);
    }
  }

  /**
   * Returns the number of iterations per frequency that explains the computation times x much
   * better than the claimed number. Returns the claimed number if no other number is much better.
   * The method divides the run into windows of each length, and computes s^2, the variance of x
   * within the windows of this length. With n degrees of freedom, the likelihood ratio of two
   * lengths is (s_1 / s_2)^n, whose logarithm is n / 2 ln(s_1^2 / s_2^2).
   */
  private static int betterLength(RankRun run, double[] logTimes, boolean divisors) {
    int claimed = run.windowLength();
    int best = claimed;
    int end = Math.min(logTimes.length, run.windows().get(run.windows().size() - 1).last());
    double[] used = Arrays.copyOf(logTimes, end);
    Variance within = Variance.within(used, claimed);
    double least = within.value() * Math.exp(-2 * MIN_LOG_RATIO / within.free);
    int longest = Math.min(MAX_LENGTHS * claimed, MAX_LENGTH);
    boolean comparable =
        within.free > 0 && run.windows().stream().allMatch(w -> w.length() == claimed);
    for (int length = 2; comparable && length <= longest; length++) {
      double variance = Variance.within(used, length).value();
      if (variance < least && (divisors || claimed % length != 0)) {
        least = variance;
        best = length;
      }
    }
    return best == claimed ? claimed : longestMultiple(used, best, longest);
  }

  /**
   * Returns the longest multiple of a length whose windows explain the computation times as well as
   * windows of this length. For example, if the real windows have 4 iterations, windows of 2
   * iterations explain the times equally well.
   */
  private static int longestMultiple(double[] logTimes, int length, int longest) {
    Variance within = Variance.within(logTimes, length);
    double most = within.value() * Math.exp(2 * MIN_LOG_RATIO / within.free);
    int best = length;
    for (int multiple = 2 * length; multiple <= longest; multiple += length) {
      if (Variance.within(logTimes, multiple).value() <= most) {
        best = multiple;
      }
    }
    return best;
  }

  /** Holds a sum of squared deviations and the number of its degrees of freedom. */
  private record Variance(double squares, int free) {
    double value() {
      return free == 0 ? Double.POSITIVE_INFINITY : squares / free;
    }

    /** Returns the variance of the values within windows of the given length. */
    static Variance within(double[] values, int length) {
      double squares = 0;
      int free = 0;
      for (int from = 0; from < values.length; from += length) {
        MeanAndError mean = MeanAndError.of(values, from, Math.min(values.length, from + length));
        squares += mean.squares();
        free += Math.max(0, mean.count() - 1);
      }
      return new Variance(squares, free);
    }
  }

  private static double range(List<WindowTimes> windows) {
    double highest = windows.stream().mapToDouble(WindowTimes::mean).max().orElse(0);
    double lowest = windows.stream().mapToDouble(WindowTimes::mean).min().orElse(0);
    return highest - lowest;
  }

  /**
   * Returns n if the times change only at every n-th border between windows, for n from 2 to 5;
   * otherwise 1. If n is above 1, n consecutive windows (ranges of iterations) probably ran at one
   * clock, and the real windows are n times as long as the claimed windows. Callers call this
   * method only if the recording does not end with the last claimed window. The method compares the
   * changes at the borders, each divided by the change of the logarithm of the frequency.
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
        double deviation =
            Math.sqrt((on.squares() + off.squares()) / Math.max(1, on.count() + off.count() - 2));
        double error = deviation * Math.sqrt(1.0 / on.count() + 1.0 / off.count());
        if (on.count() >= MIN_WINDOWS
            && Math.abs(off.mean()) < 0.25 * on.mean()
            && on.mean() - off.mean() > (MIN_STDERRS + 1) * error) {
          return period;
        }
      }
    }
    return 1;
  }
}
