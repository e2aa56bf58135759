package perseus.recording.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Compares the recordings of one rank in several directories. At one frequency, all recordings of a
 * job must agree in computation times and in the mean GPU power.
 */
final class RepeatedRuns {
  /** Maximum relative difference of computation times without a warning. */
  private static final double MAX_TIME_DIFFERENCE = 0.03;

  /** Maximum relative difference of mean powers without a warning. */
  private static final double MAX_POWER_DIFFERENCE = 0.06;

  /**
   * Maximum difference of times or powers without a warning, as a multiple of the standard error of
   * the difference.
   */
  private static final double MAX_STDERRS = 4;

  private RepeatedRuns() {}

  /**
   * Summarizes the iterations at one frequency in one directory.
   *
   * @param time mean of ln(computation time in seconds) over the iterations
   * @param power mean of ln(mean GPU power in watts) over the iterations
   */
  private record Summary(Path directory, MeanAndError time, MeanAndError power) {}

  private record Worst(int frequencyMhz, Summary one, Summary other, boolean time, double ratio) {}

  /**
   * Adds a warning if the recordings of a rank in several directories disagree.
   *
   * @throws UserError if each directory seems to have one GPU clock, although the user's flags
   *     claim that each directory has all frequencies
   */
  static void compare(List<RankRun> runs, Warnings warnings, ClockEvidence evidence) {
    if (runs.size() < 2) {
      return;
    }
    Map<Integer, List<Summary>> byFrequency = new HashMap<>();
    boolean oneWindowEach = true;
    for (RankRun run : runs) {
      double[] times = run.logTimes();
      double[] powers = logPowers(run);
      int found = 0;
      for (FrequencyWindow window : run.windows()) {
        MeanAndError time = MeanAndError.of(times, k -> contains(window, k));
        if (time.count() > 0) {
          found++;
          MeanAndError power = MeanAndError.of(powers, k -> contains(window, k));
          byFrequency
              .computeIfAbsent(window.frequencyMhz(), f -> new ArrayList<>())
              .add(new Summary(run.directory(), time, power));
        }
      }
      oneWindowEach &= found == 1 && run.windows().size() > 1 && !run.hasManifest();
    }
    Worst worst = null;
    for (Map.Entry<Integer, List<Summary>> entry : byFrequency.entrySet()) {
      Worst found = worst(entry.getKey(), entry.getValue());
      if (found != null) {
        evidence.addSpread(runs.get(0).rank(), entry.getKey(), found.ratio - 1);
        worst = isWorse(found, worst) ? found : worst;
      }
    }
    if (worst == null) {
      return;
    }
    if (oneWindowEach) {
      throw new UserError(
          "%s. Each directory holds only the first of %d frequencies, so probably each was recorded at another clock. Give the clock of each directory in place of --frequencies: --frequency-of-directory %s."
              .formatted(
                  sentence(runs.get(0).rank(), worst),
                  runs.get(0).windows().size(),
                  runs.get(0).windows().stream()
                      .limit(runs.size())
                      .map(window -> String.valueOf(window.frequencyMhz()))
                      .collect(Collectors.joining(","))));
    }
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "recordings disagree",
            runs.get(0).rank(),
            byFrequency.size(),
            worst.ratio,
            sentence(runs.get(0).rank(), worst)
                + ". They are analyzed together with wider standard errors; if they ran at different clocks, give --frequency-of-directory."));
  }

  private static boolean contains(FrequencyWindow window, int k) {
    return window.first() <= k + 1 && k + 1 <= window.last();
  }

  private static double[] logPowers(RankRun run) {
    IterationBlocks iterations = run.iterations();
    return IntStream.range(0, iterations.complete)
        .mapToDouble(k -> run.isCompared(k) ? logPower(run, k) : Double.NaN)
        .toArray();
  }

  private static double logPower(RankRun run, int k) {
    double start = run.iterations().start(k);
    double end = run.iterations().end(k);
    double joules = run.energy().energyAt(end) - run.energy().energyAt(start);
    return joules > 0 && end > start ? Math.log(joules / (end - start)) : Double.NaN;
  }

  private static Worst worst(int frequencyMhz, List<Summary> all) {
    Worst worst = null;
    for (Summary one : all) {
      for (Summary other : all) {
        Worst time =
            difference(one.time, other.time, MAX_TIME_DIFFERENCE)
                ? new Worst(
                    frequencyMhz, one, other, true, Math.exp(other.time.mean() - one.time.mean()))
                : null;
        Worst power =
            difference(one.power, other.power, MAX_POWER_DIFFERENCE)
                ? new Worst(
                    frequencyMhz,
                    one,
                    other,
                    false,
                    Math.exp(other.power.mean() - one.power.mean()))
                : null;
        Worst found = time != null ? time : power;
        worst = isWorse(found, worst) ? found : worst;
      }
    }
    return worst;
  }

  /** Any disagreement of times is worse than any disagreement of powers. */
  private static boolean isWorse(Worst found, Worst worst) {
    if (found == null || worst == null) {
      return found != null;
    }
    return found.time == worst.time ? found.ratio > worst.ratio : found.time;
  }

  /**
   * Returns whether {@code other} exceeds {@code one} by more than {@code limit} and more than
   * {@link #MAX_STDERRS} standard errors.
   */
  private static boolean difference(MeanAndError one, MeanAndError other, double limit) {
    double excess = other.mean() - one.mean();
    double error = Math.hypot(one.stderr(), other.stderr());
    return excess > limit && !(excess <= MAX_STDERRS * error);
  }

  private static String sentence(int rank, Worst worst) {
    return worst.time
        ? String.format(
            Locale.ROOT,
            "%s and %s disagree: at %d MHz, the computations of rank %d took %.0f %% longer in the second",
            worst.one.directory,
            worst.other.directory,
            worst.frequencyMhz,
            rank,
            100 * (worst.ratio - 1))
        : String.format(
            Locale.ROOT,
            "%s and %s disagree: at %d MHz, the GPU of rank %d drew %.0f %% more power in the second",
            worst.one.directory,
            worst.other.directory,
            worst.frequencyMhz,
            rank,
            100 * (worst.ratio - 1));
  }
}
