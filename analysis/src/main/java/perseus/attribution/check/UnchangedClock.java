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
import perseus.recording.run.ClocksHeld;

/**
 * Finds frequency ranges over which times and powers stay the same, so that the clock probably did
 * not change. Ranks whose clock was recorded are not checked.
 *
 * <p>A computation that is limited by the memory has equal times at all clocks, but draws less
 * power at a lower clock. The check therefore combines the change of computation times and the
 * change of power between two frequencies ({@link ClockSlope#response}). A clock counts as
 * unchanged if the times and powers make an unchanged clock clearly more likely than a changed one
 * ({@link #logRatio}). In a short recording, the standard errors are large, so that no unchanged
 * clock is found.
 *
 * <p>If the clock is unchanged from the highest frequency down, a power limit or heat kept it low.
 * If the clock is unchanged down to the lowest frequency, the program stopped setting the clock, or
 * the GPU cannot run at a lower clock. If the clock is unchanged over all frequencies, it was never
 * set. The relative standard errors of the energies grow by the largest possible relative error of
 * the frequency.
 *
 * <p>Complexity: O(n^2 k) time for n frequencies and k computation instructions.
 */
final class UnchangedClock implements ClockCheck {
  /**
   * Minimum slope of ln(power / time) over ln(frequency) for a clock that really changed. On
   * measured A100 GPUs, the slope of ln(power / time) is at least 1.6, or 0.8 at the power limit
   * (GPT-3, Chung et al., SOSP 2024).
   */
  private static final double MIN_RESPONSE = 0.9;

  /** Minimum log likelihood ratio at which a clock counts as unchanged. */
  private static final double MIN_LOG_RATIO = 4;

  private static final double STDERRS = 2.5;

  /** Maximum absolute slope of ln(time) over ln(frequency) if the clock did not change. */
  private static final double MAX_TIME_SLOPE = 0.3;

  /** Relative error that is assumed for each mean time in addition to its standard error. */
  private static final double TIME_FLOOR = 0.001;

  /** Minimum ratio of the highest to the lowest frequency at which the clock did not change. */
  private static final double MIN_RANGE = 1.015;

  /** Holds the indices of frequencies, from {@code from} (inclusive) to {@code to} (exclusive). */
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
    Map<UnchangedCause, List<UnchangedRange>> findings = new EnumMap<>(UnchangedCause.class);
    for (RankEnergy rank : unknown) {
      for (UnchangedRange finding : findings(rank, never, common)) {
        findings.computeIfAbsent(finding.cause(), c -> new ArrayList<>()).add(finding);
        // If run.json exists, rows whose clock a power limit lowered keep their standard errors. A
        // power limit lowers the clocks of a plan in the same way.
        if (finding.cause() != UnchangedCause.LIMITED || recording.manifest() == null) {
          doubts.addAll(finding.doubts());
        }
      }
    }
    findings.forEach((cause, found) -> recording.warnings().add(cause.warning(found)));
    return doubts;
  }

  /**
   * Returns the frequencies over which the clock did not change, for each computation instruction.
   */
  private static List<UnchangedRange> findings(RankEnergy rank, boolean never, Range common) {
    List<WindowEnergy> windows = rank.windows();
    Range all = never ? new Range(0, windows.size()) : longest(windows, common);
    List<UnchangedRange> findings = new ArrayList<>();
    for (Instruction kind : ClockSlope.kinds(windows)) {
      Range own = never ? all : longest(List.of(windows), kind);
      Range range = own.length() > all.length() ? own : all;
      if (range.length() > 1 && isWide(windows, range)) {
        boolean whole = all.length() == windows.size();
        UnchangedCause set = never ? UnchangedCause.NEVER_SET : UnchangedCause.NOT_SET;
        findings.add(
            whole
                ? new UnchangedRange(rank, kind, range.from, range.to, set, Double.NaN)
                : UnchangedRange.ofPart(rank, kind, range.from, range.to));
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
   * Returns the longest frequency range over which no rank's clock changed; null if the ranks have
   * different frequencies.
   */
  private static Range commonRange(List<List<WindowEnergy>> ranks) {
    boolean same = ranks.stream().map(UnchangedClock::frequencies).distinct().count() == 1;
    return same ? longest(ranks, null) : null;
  }

  private static List<Integer> frequencies(List<WindowEnergy> windows) {
    return windows.stream().map(WindowEnergy::frequencyMhz).toList();
  }

  /**
   * Returns the longest frequency range over which a rank's clock did not change. The frequency
   * range {@code common} of all ranks is returned if it is longer and agrees with the rank's own
   * times and powers.
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
   * Returns how many of the highest frequencies have about equal computation times. The lowest
   * frequency is excluded repeatedly, while its computation time is significantly above the mean.
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
   * Returns ln(likelihood of an unchanged clock / likelihood of a changed clock).
   *
   * <pre>
   *   result = R (R - 2 r) / (2 s^2)
   *     r  response ({@link ClockSlope#response}); 0 for an unchanged clock
   *     s  standard error of the response
   *     R  minimum response for a changed clock ({@link #MIN_RESPONSE})
   * </pre>
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
}
