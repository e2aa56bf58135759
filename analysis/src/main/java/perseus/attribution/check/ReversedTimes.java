package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.UserError;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/**
 * Checks that no computation takes longer at a higher clock. If computations take longer and longer
 * at higher frequencies on all ranks, the frequencies are probably listed in a wrong order. If a
 * rank is slower at one frequency than at a lower frequency, a warning names both frequencies.
 */
final class ReversedTimes implements ClockCheck {
  /**
   * Minimum number of frequencies from which a wrong order of the frequencies is concluded. With
   * only two frequencies, throttling can also make the time at the higher frequency longer.
   */
  private static final int MIN_FREQUENCIES = 3;

  /**
   * Minimum slope of ln(time) over ln(frequency) from which a wrong order of the frequencies is
   * concluded. If the order is right, the slope is at most 0.
   */
  private static final double MIN_REVERSED_SLOPE = 0.2;

  /** Minimum value of ln(time at a higher clock / time at a lower clock) that causes a warning. */
  private static final double MIN_EXCESS = 0.025;

  /**
   * Smaller minimum of ln(time at a higher clock / time at a lower clock), used if the power is
   * lower at the higher clock too.
   */
  private static final double MIN_EXCESS_WITH_LESS_POWER = 0.008;

  /**
   * Minimum value of ln(power at a lower clock / power at a higher clock) at which the power counts
   * as lower at the higher clock.
   */
  private static final double MIN_LESS_POWER = 0.015;

  private static final double MIN_STDERRS_OF_POWER = 3;

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
   * Returns whether the computation times of a rank grow with the frequency, by much more than
   * their standard errors.
   *
   * @param alsoPower whether the powers must also fall with the frequency. A busy host can delay
   *     all computations at a frequency, but does not change the order of the powers.
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

  /**
   * Returns the frequencies at which the clock of a rank was probably wrong. Two frequencies
   * contradict each other if the rank computed more slowly at the higher one.
   *
   * <p>The largest set of frequencies without a contradiction is probably right. A frequency is
   * doubtful if it contradicts another one, and if a largest set exists without it. For example,
   * only 1410 MHz is doubtful if it is slower than 1395, 1380 and 1365 MHz.
   */
  private static List<Doubt> slowAtHigherClock(RankEnergy rank, Recording recording) {
    Set<Integer> throttled = Throttling.of(rank).keySet();
    List<WindowEnergy> windows =
        rank.windows().stream().filter(w -> !throttled.contains(w.frequencyMhz())).toList();
    boolean[][] contradict = contradictions(windows);
    List<WindowEnergy> doubtful = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>();
    int largest = largestSet(contradict, -1);
    boolean isAnyTooFast = false;
    double worst = 0;
    String slowest = "";
    for (int i = 0; i < windows.size(); i++) {
      List<WindowEnergy> others = new ArrayList<>();
      int higher = 0;
      for (int j = 0; j < windows.size(); j++) {
        if (contradict[i][j]) {
          WindowEnergy high = windows.get(Math.min(i, j));
          WindowEnergy low = windows.get(Math.max(i, j));
          double slower = seconds(high) / seconds(low) - 1;
          if (slower > worst) {
            worst = slower;
            slowest = "%d MHz than at %d MHz".formatted(high.frequencyMhz(), low.frequencyMhz());
          }
          others.add(windows.get(j));
          higher += j < i ? 1 : 0;
        }
      }
      if (!others.isEmpty() && largestSet(contradict, i) == largest) {
        doubts.add(doubt(rank, windows.get(i), others));
        doubtful.add(windows.get(i));
        isAnyTooFast |= higher > 1;
      }
    }
    if (isAnyTooFast) {
      // A doubtful frequency at which the GPU computes faster than at two higher ones was listed in
      // a wrong place. So each other frequency may really be that of its neighbour.
      for (int i = 0; i < windows.size(); i++) {
        if (!doubtful.contains(windows.get(i))) {
          int from = Math.max(0, i - 1);
          int to = Math.min(windows.size(), i + 2);
          List<WindowEnergy> neighbours = new ArrayList<>(windows.subList(from, to));
          neighbours.removeAll(doubtful);
          doubts.add(doubt(rank, windows.get(i), neighbours));
        }
      }
      doubtful = windows;
    }
    if (worst > 0) {
      String sentence =
          String.format(
              Locale.ROOT,
              "Rank %d computed %.0f %% more slowly at %s. Either its clock was lower there (heat, power limit), or %s. The standard errors at %s MHz are widened; record again.",
              rank.place().rank(),
              100 * worst,
              slowest,
              recording.manifest() == null
                  ? "the frequencies were given in a wrong order (--frequencies)"
                  : "the host delayed it (a busy host, or instructions of a few milliseconds)",
              doubtful.stream()
                  .map(window -> String.valueOf(window.frequencyMhz()))
                  .collect(Collectors.joining(", ")));
      recording
          .warnings()
          .add(
              new Warning(
                  Warning.Kind.DOUBTFUL,
                  "slower at higher clock",
                  rank.place().rank(),
                  doubts.size(),
                  worst,
                  sentence));
    }
    return doubts;
  }

  /** Returns the doubt that {@code window} ran at the frequency of one of {@code others}. */
  private static Doubt doubt(RankEnergy rank, WindowEnergy window, List<WindowEnergy> others) {
    double ofTime = 0;
    double ofEnergy = 0;
    for (WindowEnergy other : others) {
      ofTime = Math.max(ofTime, difference(seconds(window), seconds(other)));
      ofEnergy = Math.max(ofEnergy, difference(joules(window), joules(other)));
    }
    double energy = Math.max(ofTime, ofEnergy);
    return new Doubt(rank.place().rank(), window.frequencyMhz(), null, ofTime, energy);
  }

  private static double difference(double one, double other) {
    return Math.expm1(Math.abs(Math.log(one / other)));
  }

  /**
   * Returns which pairs of frequencies contradict each other: the rank computed more slowly at the
   * higher frequency. A small difference of times counts only if the power was also lower at the
   * higher frequency.
   */
  private static boolean[][] contradictions(List<WindowEnergy> windows) {
    int n = windows.size();
    boolean[][] contradict = new boolean[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        WindowEnergy high = windows.get(i);
        WindowEnergy low = windows.get(j);
        double slower = Math.log(seconds(high) / seconds(low));
        double error = Math.hypot(relativeError(high), relativeError(low));
        double lessPower = slower - Math.log(joules(high) / joules(low));
        double powerError =
            Math.hypot(error, Math.hypot(relativeEnergyError(high), relativeEnergyError(low)));
        boolean isLess =
            lessPower > MIN_LESS_POWER && lessPower > MIN_STDERRS_OF_POWER * powerError;
        contradict[i][j] =
            slower > (isLess ? MIN_EXCESS_WITH_LESS_POWER : MIN_EXCESS)
                && !(slower <= MIN_STDERRS * error);
        contradict[j][i] = contradict[i][j];
      }
    }
    return contradict;
  }

  /**
   * Returns the size of the largest set of frequencies in which no two neighbours contradict each
   * other.
   *
   * @param without index of a frequency that the set must not contain; -1 for none
   */
  private static int largestSet(boolean[][] contradict, int without) {
    int[] endingAt = new int[contradict.length];
    int largest = 0;
    for (int j = 0; j < contradict.length; j++) {
      if (j != without) {
        endingAt[j] = 1;
        for (int i = 0; i < j; i++) {
          if (i != without && !contradict[i][j]) {
            endingAt[j] = Math.max(endingAt[j], endingAt[i] + 1);
          }
        }
        largest = Math.max(largest, endingAt[j]);
      }
    }
    return largest;
  }

  /** Returns the sum of the mean durations of all computations, in seconds. */
  private static double seconds(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(energy -> energy.durations().mean())
        .sum();
  }

  /** Returns the sum of the mean energies of all computations, in joules. */
  private static double joules(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(InstructionEnergy::energyJoules)
        .sum();
  }

  private static double relativeEnergyError(WindowEnergy window) {
    double variance =
        window.instructions().stream()
            .filter(energy -> energy.instruction().isComputation())
            .mapToDouble(energy -> energy.energyStderrJoules() * energy.energyStderrJoules())
            .sum();
    return Math.sqrt(variance) / joules(window);
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
