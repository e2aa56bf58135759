package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.UserError;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/**
 * Checks that no computation takes longer at a higher clock. If the computation times of all ranks
 * fall with the clock, the frequencies are probably listed in a wrong order. If a rank is slower at
 * one frequency than at a lower frequency, a warning names the frequency.
 */
final class ReversedTimes implements ClockCheck {
  /**
   * Minimum number of frequencies from which a wrong order of the frequencies is concluded. With
   * only two frequencies, throttling can also make the time at the higher frequency longer.
   */
  private static final int MIN_FREQUENCIES = 3;

  /**
   * Minimum slope of ln(time) over ln(frequency) from which a wrong order of the frequencies is
   * concluded.
   */
  private static final double MIN_REVERSED_SLOPE = 0.2;

  /** Minimum value of ln(time at a higher clock / time at a lower clock) that causes a warning. */
  private static final double MIN_EXCESS = 0.025;

  /**
   * Minimum time slope or time difference that is significant, as a multiple of its standard error.
   */
  private static final double MIN_STDERRS = 5;

  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    boolean told = recording.manifest() == null;
    boolean allReversed = !ranks.isEmpty();
    for (RankEnergy rank : ranks) {
      allReversed &= isReversed(rank, !told);
    }
    if (allReversed) {
      RankEnergy rank = ranks.get(0);
      int last = rank.windows().size() - 1;
      String what =
          String.format(
              Locale.ROOT,
              "All computations take longer at higher frequencies (those of rank %d %.3g s at %d"
                  + " MHz, and %.3g s at %d MHz), which is not possible",
              rank.place().rank(),
              seconds(rank.windows().get(0)),
              rank.windows().get(0).frequencyMhz(),
              seconds(rank.windows().get(last)),
              rank.windows().get(last).frequencyMhz());
      if (told) {
        throw new UserError(
            what
                + ". --frequencies must list the frequencies in the order in which they ran;"
                + " reverse or correct the list.");
      }
      recording.warnings().doubtful(what + "; the frequencies in run.json may be wrong.");
    }
    List<Doubt> doubts = new ArrayList<>();
    for (RankEnergy rank : ranks) {
      doubts.addAll(slowAtHigherClock(rank, recording));
    }
    return doubts;
  }

  /**
   * Returns whether the computation times of a rank fall with the frequency by much more than their
   * standard errors. The standard errors do not contain delays by a busy host, which can last
   * longer than a frequency and are large compared with short instructions.
   *
   * @param alsoPower whether the powers must show a wrong order of the frequencies too. Delays by
   *     the host do not reverse the powers.
   */
  private static boolean isReversed(RankEnergy rank, boolean alsoPower) {
    if (rank.windows().size() < MIN_FREQUENCIES) {
      return false;
    }
    ClockSlope slope = ClockSlope.of(List.of(rank.windows()), null);
    return slope.timeSlope() > MIN_REVERSED_SLOPE
        && slope.timeSlope() > MIN_STDERRS * slope.timeStderr()
        && !(alsoPower
            && slope.response() + slope.timeSlope()
                > -MIN_STDERRS * (slope.responseStderr() + slope.timeStderr()));
  }

  private static List<Doubt> slowAtHigherClock(RankEnergy rank, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    List<WindowEnergy> windows = rank.windows();
    double worst = 0;
    int worstMhz = 0;
    Set<Integer> throttled = Throttling.of(rank).keySet();
    for (int i = 0; i < windows.size(); i++) {
      if (throttled.contains(windows.get(i).frequencyMhz())) {
        continue;
      }
      double excess = 0;
      for (int j = i + 1; j < windows.size(); j++) {
        double difference = Math.log(seconds(windows.get(i)) / seconds(windows.get(j)));
        double error = Math.hypot(relativeError(windows.get(i)), relativeError(windows.get(j)));
        if (difference > MIN_EXCESS && !(difference <= MIN_STDERRS * error)) {
          excess = Math.max(excess, Math.expm1(difference));
        }
      }
      if (excess > 0) {
        doubts.add(new Doubt(rank.place().rank(), windows.get(i).frequencyMhz(), excess));
        if (excess > worst) {
          worst = excess;
          worstMhz = windows.get(i).frequencyMhz();
        }
      }
    }
    if (worst > 0) {
      recording
          .warnings()
          .add(
              new Warning(
                  Warning.Kind.DOUBTFUL,
                  "slower at higher clock",
                  rank.place().rank(),
                  doubts.size(),
                  worst,
                  String.format(
                      Locale.ROOT,
                      "Rank %d computed %.0f %% more slowly at %d MHz than at a lower frequency%s. Either its"
                          + " clock was lower there (heat, power limit), or %s. The standard errors"
                          + " there are widened; record again.",
                      rank.place().rank(),
                      100 * worst,
                      worstMhz,
                      doubts.size() == 1
                          ? ""
                          : "; the same at %d more of its frequencies".formatted(doubts.size() - 1),
                      recording.manifest() == null
                          ? "the frequencies were given in a wrong order (--frequencies)"
                          : "the host delayed it (a busy host, or instructions of a few milliseconds)")));
    }
    return doubts;
  }

  /** Returns the sum of the mean durations of all computations, in seconds. */
  private static double seconds(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(energy -> energy.durations().mean())
        .sum();
  }

  private static double relativeError(WindowEnergy window) {
    double variance =
        window.instructions().stream()
            .filter(energy -> energy.instruction().isComputation())
            .map(InstructionEnergy::durations)
            .mapToDouble(durations -> durations.stderr() * durations.stderr())
            .sum();
    return Math.sqrt(variance) / seconds(window);
  }
}
