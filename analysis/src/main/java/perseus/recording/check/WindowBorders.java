package perseus.recording.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Checks that computation times change only where the claimed frequency changes. The user's flags
 * or {@code run.json} claim a frequency for each iteration.
 *
 * <p>The class computes the fraction of the changes of the computation time that happen while the
 * claimed frequency is constant:
 *
 * <pre>
 *   fraction = sum_w g_w s_w / sum_w g_w^2
 *     w    window: the claimed range of iterations at one frequency
 *     g_w  (m_(w+1) - m_(w-1)) / 2, the mean change at the borders of window w
 *     m_w  mean of ln(computation time) over the iterations of window w
 *     s_w  change of ln(computation time) over window w, by a least-squares line
 * </pre>
 *
 * <p>If the claimed frequencies are right, the computation time hardly changes while the claimed
 * frequency is constant. If the clock changes at other iterations than claimed, nearly all changes
 * happen while the claimed frequency is constant. The standard error of the fraction comes from the
 * residuals of the least-squares lines.
 *
 * <p>Complexity: O(n) time for n iterations. Limits: the check needs at least {@link #MIN_WINDOWS}
 * frequencies, and at least two iterations at each frequency. If all claimed frequencies are
 * shifted by one place in the list, the times still change only where the claimed frequency
 * changes. Only {@link WarmupCount} notices such a shift. Source: this project's own method.
 */
final class WindowBorders implements RankCheck {
  private static final int MIN_WINDOWS = 4;

  /**
   * Minimum difference between the largest and the smallest mean of ln(computation time) over all
   * frequencies. Nothing is checked if the difference is smaller.
   */
  private static final double MIN_RANGE = 0.03;

  /**
   * Maximum fraction of the changes of the computation time that may happen while the claimed
   * frequency is constant.
   */
  private static final double MAX_SHARE_INSIDE = 0.3;

  private static final double UNKNOWN_STDERR = 0.1;

  private static final double MIN_STDERRS = 4;

  /**
   * Minimum ln(likelihood ratio) at which another number of iterations per frequency is reported
   * instead of the claimed number.
   */
  private static final double MIN_LOG_RATIO = 12;

  /** Largest tested number of iterations per frequency, as a multiple of the claimed number. */
  private static final int MAX_LENGTHS = 3;

  /** Largest tested number of iterations per frequency, which limits the computing time. */
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
    int better = run.isAsDescribed() ? run.windowLength() : betterLength(run, logTimes, inside);
    if (better != run.windowLength()) {
      run.contradict(
          "the times of rank %d change after every %d iterations of %d microbatches, not after every %d iterations"
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
   * Returns the effective number of changes of the computation time:
   *
   * <pre>
   *   (sum g^2)^2 / sum g^4     (g mean change at the borders of one frequency's iterations)
   * </pre>
   *
   * <p>The effective number is n for n equal changes. It is near 1 if one change is much larger
   * than all others. The check needs several changes, because one change does not show how many
   * iterations ran at each frequency.
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
   * Returns half of the difference between the mean times at the next and the previous frequency.
   */
  private static double change(List<WindowTimes> windows, int w) {
    return (windows.get(w + 1).mean() - windows.get(w - 1).mean()) / 2;
  }

  /**
   * Returns whether a significant fraction of the changes of the computation time happens while the
   * claimed frequency is constant.
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
    // The standard error is unknown if each frequency has two iterations, because a line through
    // two points has no residuals.
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
            "%s: the times of rank %d change within the %d iterations of a frequency, not only from one frequency to the next. Either the clocks were set late, or %s. The standard errors are widened."
                .formatted(
                    run.iterations().log().file(),
                    run.rank(),
                    run.windowLength(),
                    run.isAsDescribed()
                        ? "other work delayed the host"
                        : "--num-prof-steps or --warmup-schedules is wrong")));
  }

  private static void warnOfRepeats(RankRun run, List<WindowTimes> windows, Warnings warnings) {
    // If the recording has exactly the claimed iterations, equal times at two neighbouring
    // frequencies are no contradiction. The GPU itself may have used one clock for both
    // frequencies.
    boolean fits = run.iterations().complete == run.windows().get(run.windows().size() - 1).last();
    int repeats = fits ? 1 : repeats(windows);
    if (repeats > 1) {
      run.contradict(
          "the times of rank %d change only after %d x %d iterations, not after the iterations of each frequency"
              .formatted(run.rank(), repeats, run.windowLength()),
          "--num-microbatches %d and --num-prof-steps %d"
              .formatted(run.numMicrobatches(), run.windowLength()),
          warnings);
    }
  }

  /**
   * Returns the number of iterations per frequency that explains the computation times best.
   * Returns the claimed number if no other number is much better.
   *
   * <p>For each number N, the iterations are divided into groups of N consecutive iterations. Two
   * numbers are compared by the variance of ln(computation time) within the groups:
   *
   * <pre>
   *   ln(likelihood ratio of two numbers) = n / 2 ln(s_1^2 / s_2^2)
   *     s_1^2, s_2^2  variances within groups for the two numbers
   *     n             degrees of freedom
   * </pre>
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
   * Returns the longest multiple of {@code length} iterations per frequency that explains the
   * computation times as well as {@code length} itself. If 4 iterations ran at each frequency, for
   * example, the times are also constant in groups of 2 iterations.
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

  private record Variance(double squares, int free) {
    double value() {
      return free == 0 ? Double.POSITIVE_INFINITY : squares / free;
    }

    /** Returns the variance within groups of {@code length} consecutive values. */
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
   * Returns n (2 to 5) if the times change only at every n-th change of the claimed frequency;
   * otherwise 1. A result n above 1 means that n consecutive claimed frequencies probably ran at
   * one clock. The method compares the ratios (change of ln(computation time)) / (change of
   * ln(frequency)) of all pairs of neighbouring frequencies.
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
