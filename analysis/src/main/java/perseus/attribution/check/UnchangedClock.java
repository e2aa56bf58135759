package perseus.attribution.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;
import perseus.recording.run.ClocksHeld;

/**
 * Finds ranges of frequencies over which neither times nor powers change, so that the clock
 * probably did not change, where the clock in force was not recorded.
 *
 * <p>A memory-bound computation also has equal times at neighbouring frequencies, but its power
 * falls with the clock. Therefore {@link ClockSlope#response} decides, which counts both. A range
 * counts as unchanged if the response is below {@link #MIN_RESPONSE} by {@link #STDERRS} standard
 * errors. So short recordings with large errors cause no suspicion.
 *
 * <p>The searched ranges start at the highest frequency (a power limit or heat keeps the clock
 * low), or end at the lowest (the clock was not set any more, or the GPU does not go lower). A
 * range over all frequencies means that the clock was never set. The clock in force then is
 * anywhere in the range, and the doubt about a row is the largest relative difference of its
 * frequency from that.
 *
 * <p>Complexity: O(n^2 k) for n frequencies and k kinds of computation.
 */
final class UnchangedClock implements ClockCheck {
  /** Response below which a clock is suspected not to have changed. The lowest known is 0.8. */
  private static final double MIN_RESPONSE = 0.6;

  private static final double STDERRS = 2.5;

  /** Relative error of a time that its standard error does not contain. */
  private static final double TIME_FLOOR = 0.001;

  /** Maximum number of ranks that a warning lists one by one. */
  private static final int MAX_LISTED = 8;

  /** Minimum ratio of the highest to the lowest frequency of a range. */
  private static final double MIN_RANGE = 1.015;

  /** A range of frequencies, as indices of a rank's windows; {@code to} is exclusive. */
  private record Range(int from, int to) {
    int length() {
      return to - from;
    }
  }

  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    if (ClocksHeld.areKnown(recording.manifest())) {
      return doubts;
    }
    List<RankEnergy> unknown =
        ranks.stream()
            .filter(rank -> rank.windows().size() > 1 && !isClockKnown(rank, recording))
            .toList();
    List<List<WindowEnergy>> all = unknown.stream().map(RankEnergy::windows).toList();
    boolean never = !all.isEmpty() && isUnchanged(ClockSlope.of(all, null));
    Map<Cause, List<Finding>> findings = new EnumMap<>(Cause.class);
    for (RankEnergy rank : unknown) {
      List<WindowEnergy> windows = rank.windows();
      Range range = never ? new Range(0, windows.size()) : longest(windows);
      if (range.length() > 1 && isWide(windows, range)) {
        Finding finding = new Finding(rank, range);
        Cause cause = finding.cause(never);
        findings.computeIfAbsent(cause, c -> new ArrayList<>()).add(finding);
        // A run that set its clocks itself gets the same clock in force for the same request again.
        if (cause != Cause.LIMITED || recording.manifest() == null) {
          doubts.addAll(finding.doubts());
        }
      }
    }
    findings.forEach((cause, found) -> recording.warnings().add(cause.warning(found)));
    return doubts;
  }

  private static boolean isClockKnown(RankEnergy rank, Recording recording) {
    return rank.windows().stream()
        .map(w -> recording.clockEvidence().clock(rank.place().rank(), w.frequencyMhz()))
        .anyMatch(clock -> clock != null);
  }

  /** Returns the longest range over which the clock of one kind, or of all kinds, is unchanged. */
  private static Range longest(List<WindowEnergy> windows) {
    Range longest = longest(windows, null);
    Set<Instruction> kinds = ClockSlope.kinds(windows);
    for (Instruction kind : kinds) {
      Range range = longest(windows, kind);
      longest = range.length() > longest.length() ? range : longest;
    }
    return longest;
  }

  private static Range longest(List<WindowEnergy> windows, Instruction kind) {
    int n = windows.size();
    for (int length = n; length > 1; length--) {
      if (isUnchanged(ClockSlope.of(List.of(windows.subList(0, length)), kind))) {
        return length == n ? new Range(0, n) : new Range(0, flat(windows, length));
      }
      if (isUnchanged(ClockSlope.of(List.of(windows.subList(n - length, n)), kind))) {
        return new Range(n - length, n);
      }
    }
    return new Range(0, 0);
  }

  /**
   * Returns the number of windows at the top without those at the end that take longer than the
   * mean of the windows before them. The slope over a long range hides that its end rises.
   */
  private static int flat(List<WindowEnergy> windows, int length) {
    double[] logs = new double[length];
    double[] errors = new double[length];
    for (int i = 0; i < length; i++) {
      double seconds = 0;
      double variance = 0;
      for (InstructionEnergy energy : windows.get(i).instructions()) {
        if (energy.instruction().isComputation()) {
          seconds += energy.durations().mean();
          variance += Math.pow(energy.durations().stderr(), 2);
        }
      }
      logs[i] = Math.log(seconds);
      errors[i] = Math.hypot(TIME_FLOOR, variance >= 0 ? Math.sqrt(variance) / seconds : 0);
    }
    int last = length - 1;
    while (last > 0) {
      double before = Arrays.stream(logs, 0, last).average().orElseThrow();
      if (logs[last] - before <= STDERRS * errors[last]) {
        break;
      }
      last--;
    }
    return last + 1;
  }

  private static boolean isUnchanged(ClockSlope slope) {
    double bound = STDERRS * slope.responseStderr();
    return slope.response() + bound < MIN_RESPONSE
        && slope.response() > -MIN_RESPONSE
        && Math.abs(slope.timeSlope()) < MIN_RESPONSE / 2;
  }

  private static boolean isWide(List<WindowEnergy> windows, Range range) {
    return mhz(windows, range.from) > MIN_RANGE * mhz(windows, range.to - 1);
  }

  private static double mhz(List<WindowEnergy> windows, int i) {
    return windows.get(i).frequencyMhz();
  }

  /** A range of frequencies of one rank over which its clock probably did not change. */
  private record Finding(RankEnergy rank, Range range) {
    int number() {
      return rank.place().rank();
    }

    int highest() {
      return rank.windows().get(range.from).frequencyMhz();
    }

    int lowest() {
      return rank.windows().get(range.to - 1).frequencyMhz();
    }

    private boolean isWhole() {
      return range.length() == rank.windows().size();
    }

    Cause cause(boolean never) {
      if (isWhole()) {
        return never ? Cause.NEVER_SET : Cause.NOT_SET;
      }
      return range.from == 0 ? Cause.LIMITED : Cause.STAYED;
    }

    List<Doubt> doubts() {
      List<WindowEnergy> windows = rank.windows();
      // At the top, the clock in force is between the lowest frequency of the range and the next
      // lower one. At the bottom, it is between the highest of the range and the next higher one.
      double below = mhz(windows, Math.min(windows.size() - 1, range.to));
      double above = mhz(windows, Math.max(0, range.from - 1));
      List<Doubt> doubts = new ArrayList<>();
      for (int i = range.from; i < range.to; i++) {
        double own = mhz(windows, i);
        double lower = isWhole() || range.from > 0 ? above / own - 1 : 0;
        double higher = isWhole() || range.from == 0 ? own / below - 1 : 0;
        doubts.add(new Doubt(number(), (int) own, Math.max(lower, higher)));
      }
      return doubts;
    }
  }

  /** Probable causes of a clock that did not change, with what the user should do. */
  private enum Cause {
    NEVER_SET(
        "so the clocks probably were never set (no right to set them?). Set the clock before each frequency, and record again"),
    NOT_SET(
        "so the clock of this GPU probably was not set, although the clocks of other ranks were. Set it, and record again"),
    LIMITED(
        "so the clock probably stayed at the lowest of these: a power limit or heat lowered it, or --warmup-schedules is too low. Leave these frequencies out, or correct the flag"),
    STAYED(
        "so the clock probably stayed at the highest of these: it was not set any more, or the GPU does not go lower. Leave these frequencies out");

    private final String advice;

    Cause(String advice) {
      this.advice = advice;
    }

    /** Returns one warning about all ranks with this cause. */
    Warning warning(List<Finding> found) {
      int highest = found.stream().mapToInt(Finding::highest).max().orElseThrow();
      int lowest = found.stream().mapToInt(Finding::lowest).min().orElseThrow();
      List<String> ranks = found.stream().map(f -> String.valueOf(f.number())).toList();
      String subject =
          ranks.size() == 1
              ? "rank " + ranks.get(0)
              : ranks.size() <= MAX_LISTED
                  ? "ranks " + String.join(", ", ranks)
                  : "%d ranks (%s to %s)"
                      .formatted(ranks.size(), ranks.get(0), ranks.get(ranks.size() - 1));
      return new Warning(
          Warning.Kind.DOUBTFUL,
          "unchanged clock " + this,
          found.size() == 1 ? found.get(0).number() : Warning.JOB,
          found.stream().mapToInt(finding -> finding.range.length()).sum(),
          (double) highest / lowest,
          "Times and powers of %s are equal from %d to %d MHz, %s."
              .formatted(subject, highest, lowest, advice));
    }
  }
}
