package perseus.attribution.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;
import perseus.recording.run.ClocksHeld;

/**
 * Finds ranges of frequencies over which neither times nor powers change, so that the clock
 * probably did not change. Ranks whose clock was recorded are not searched.
 *
 * <p>A computation that is limited by the memory also has equal times at neighbouring frequencies,
 * but its power falls with the clock. Therefore the search uses the response ({@link ClockSlope}),
 * which depends on times and on powers. The clock counts as unchanged if {@link #logRatio} exceeds
 * {@link #MIN_LOG_RATIO}, the response is above -{@link #MIN_RESPONSE} / 2, and the absolute time
 * slope is below {@link #MAX_TIME_SLOPE}. In a short recording, the standard error of the response
 * is large and {@code logRatio} is small, so no range is found.
 *
 * <p>A range that starts at the highest frequency means that a power limit or heat kept the clock
 * low. A range that ends at the lowest frequency means that the clock was not set any more, or that
 * the GPU does not go lower. A range over all frequencies means that the clock was never set. The
 * relative standard error of a row then grows by the largest relative difference between its
 * frequency and a frequency of the range.
 *
 * <p>Complexity: O(n^2 k) for n frequencies and k kinds of computation.
 */
final class UnchangedClock implements ClockCheck {
  /**
   * Minimum response ({@link ClockSlope}) of a computation whose clock really changed. On measured
   * A100 GPUs it is at least 1.6, or 0.8 at the power limit (GPT-3, Chung et al., SOSP 2024).
   */
  private static final double MIN_RESPONSE = 0.9;

  /** Minimum value of {@link #logRatio} at which a clock counts as unchanged. */
  private static final double MIN_LOG_RATIO = 4;

  private static final double STDERRS = 2.5;

  /** Maximum absolute slope of ln(time) over ln(frequency) if the clock did not change. */
  private static final double MAX_TIME_SLOPE = 0.3;

  /** Relative error of a time that its standard error does not contain. */
  private static final double TIME_FLOOR = 0.001;

  /** Maximum number of ranks that a warning lists one by one. */
  private static final int MAX_LISTED = 8;

  /** Minimum ratio of the highest to the lowest frequency of a range. */
  private static final double MIN_RANGE = 1.015;

  /**
   * Holds a range of frequencies as indices of a rank's windows, from {@code from} to {@code to -
   * 1}.
   */
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
    Range common = never ? null : commonRange(all);
    Map<Cause, List<Finding>> findings = new EnumMap<>(Cause.class);
    for (RankEnergy rank : unknown) {
      for (Finding finding : findings(rank, never, common)) {
        findings.computeIfAbsent(finding.cause, c -> new ArrayList<>()).add(finding);
        // If run.json exists and a plan requests the same clock again, the GPU gets the same lower
        // clock again, so the rows need no larger standard errors.
        if (finding.cause != Cause.LIMITED || recording.manifest() == null) {
          doubts.addAll(finding.doubts());
        }
      }
    }
    findings.forEach((cause, found) -> recording.warnings().add(cause.warning(found)));
    return doubts;
  }

  /** Returns the range of each kind of computation over which the clock did not change. */
  private static List<Finding> findings(RankEnergy rank, boolean never, Range common) {
    List<WindowEnergy> windows = rank.windows();
    Range all = never ? new Range(0, windows.size()) : longest(windows, common);
    List<Finding> findings = new ArrayList<>();
    for (Instruction kind : ClockSlope.kinds(windows)) {
      Range own = never ? all : longest(List.of(windows), kind);
      Range range = own.length() > all.length() ? own : all;
      if (range.length() > 1 && isWide(windows, range)) {
        boolean whole = all.length() == windows.size();
        Cause set = never ? Cause.NEVER_SET : Cause.NOT_SET;
        Cause moved = range.from == 0 ? Cause.LIMITED : Cause.STAYED;
        findings.add(new Finding(rank, kind, range, whole ? set : moved));
      }
    }
    return findings;
  }

  private static boolean isClockKnown(RankEnergy rank, Recording recording) {
    return rank.windows().stream()
        .map(w -> recording.clockEvidence().clock(rank.place().rank(), w.frequencyMhz()))
        .anyMatch(clock -> clock != null);
  }

  /**
   * Returns the longest range over which no clock changed, from one fit to the windows of all
   * ranks. Returns null if the ranks have different frequencies.
   */
  private static Range commonRange(List<List<WindowEnergy>> ranks) {
    boolean same = ranks.stream().map(UnchangedClock::frequencies).distinct().count() == 1;
    return same ? longest(ranks, null) : null;
  }

  private static List<Integer> frequencies(List<WindowEnergy> windows) {
    return windows.stream().map(WindowEnergy::frequencyMhz).toList();
  }

  /**
   * Returns the longest range over which the clock of a rank did not change. Returns the range
   * {@code common} of all ranks if it is longer and fits the rank's own times and powers.
   */
  private static Range longest(List<WindowEnergy> windows, Range common) {
    Range longest = longest(List.of(windows), null);
    if (common != null && common.length() > longest.length()) {
      List<WindowEnergy> own = windows.subList(common.from, common.to);
      return logRatio(ClockSlope.of(List.of(own), null)) > 0 ? common : longest;
    }
    return longest;
  }

  private static Range longest(List<List<WindowEnergy>> ranks, Instruction kind) {
    int n = ranks.get(0).size();
    for (int length = n; length > 1; length--) {
      if (isUnchanged(ClockSlope.of(sub(ranks, 0, length), kind))) {
        int to = length == n ? n : flat(sub(ranks, 0, length), kind);
        return new Range(0, to);
      }
      if (isUnchanged(ClockSlope.of(sub(ranks, n - length, n), kind))) {
        return new Range(n - length, n);
      }
    }
    return new Range(0, 0);
  }

  private static List<List<WindowEnergy>> sub(List<List<WindowEnergy>> ranks, int from, int to) {
    return ranks.stream().map(windows -> windows.subList(from, to)).toList();
  }

  /**
   * Removes windows from the end of a range, as long as the last window takes significantly longer
   * than the mean of the windows before it. Returns the number of remaining windows.
   */
  private static int flat(List<List<WindowEnergy>> ranks, Instruction kind) {
    int length = ranks.get(0).size();
    double[] logs = new double[length];
    double[] errors = new double[length];
    for (int i = 0; i < length; i++) {
      double seconds = 0;
      double variance = 0;
      for (List<WindowEnergy> windows : ranks) {
        for (InstructionEnergy energy : windows.get(i).instructions()) {
          Instruction own = energy.instruction();
          if (kind == null ? own.isComputation() : own.equals(kind)) {
            seconds += energy.durations().mean();
            variance += Math.pow(energy.durations().stderr(), 2);
          }
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

  /**
   * Returns ln(likelihood of an unchanged clock / likelihood of a changed clock). An unchanged
   * clock has the response 0. A changed clock has at least the response R = {@link #MIN_RESPONSE}.
   * If the fitted response is r with the standard error s, the result is (R^2 - 2 R r) / (2 s^2).
   */
  private static double logRatio(ClockSlope slope) {
    double variance = slope.responseStderr() * slope.responseStderr();
    return MIN_RESPONSE * (MIN_RESPONSE - 2 * slope.response()) / (2 * variance);
  }

  private static boolean isUnchanged(ClockSlope slope) {
    return logRatio(slope) > MIN_LOG_RATIO
        && slope.response() > -MIN_RESPONSE / 2
        && Math.abs(slope.timeSlope()) < MAX_TIME_SLOPE;
  }

  private static boolean isWide(List<WindowEnergy> windows, Range range) {
    return mhz(windows, range.from) > MIN_RANGE * mhz(windows, range.to - 1);
  }

  private static double mhz(List<WindowEnergy> windows, int i) {
    return windows.get(i).frequencyMhz();
  }

  /** Holds a range over which the times and powers of one kind of computation did not change. */
  private record Finding(RankEnergy rank, Instruction kind, Range range, Cause cause) {
    int number() {
      return rank.place().rank();
    }

    int highest() {
      return rank.windows().get(range.from).frequencyMhz();
    }

    int lowest() {
      return rank.windows().get(range.to - 1).frequencyMhz();
    }

    List<Doubt> doubts() {
      List<WindowEnergy> windows = rank.windows();
      // If a limit lowered the clock, it is between the lowest frequency of the range and the next
      // lower frequency. If the clock stayed, it is between the highest frequency of the range and
      // the next higher frequency.
      double below = mhz(windows, Math.min(windows.size() - 1, range.to));
      double above = mhz(windows, Math.max(0, range.from - 1));
      List<Doubt> doubts = new ArrayList<>();
      for (int i = range.from; i < range.to; i++) {
        double own = mhz(windows, i);
        double lower = cause != Cause.LIMITED ? above / own - 1 : 0;
        double higher = cause != Cause.STAYED ? own / below - 1 : 0;
        doubts.add(new Doubt(number(), (int) own, kind, Math.max(lower, higher)));
      }
      return doubts;
    }
  }

  /**
   * Lists causes of a clock that did not change, each with a text that tells the user what to do.
   */
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

    /** Returns one warning about all ranks whose clock did not change for this cause. */
    Warning warning(List<Finding> found) {
      int highest = found.stream().mapToInt(Finding::highest).max().orElseThrow();
      int lowest = found.stream().mapToInt(Finding::lowest).min().orElseThrow();
      List<String> ranks =
          found.stream().map(Finding::number).distinct().map(String::valueOf).toList();
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
          ranks.size() == 1 ? found.get(0).number() : Warning.JOB,
          found.stream().mapToInt(finding -> finding.range.length()).sum(),
          (double) highest / lowest,
          "Times and powers of %s are equal from %d to %d MHz, %s."
              .formatted(subject, highest, lowest, advice));
    }
  }
}
