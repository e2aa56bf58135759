package perseus.attribution.phase;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import perseus.attribution.result.MeanBlockingPower;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Holds the differences between two phases of a job: the phase to which powers were fitted, and the
 * phase whose energy is predicted.
 *
 * @param blocking blocking (waiting) power of other ranks, in place of the fitted blocking power;
 *     null if the fitted blocking power is used
 * @param logClock ln(mean SM clock in the predicted phase / mean SM clock in the fitted phase),
 *     during instructions; 0 if unknown
 * @param logClockStderr standard error of {@code logClock}
 */
public record PhaseConditions(MeanBlockingPower blocking, double logClock, double logClockStderr) {
  /** Value for two phases of a job between which no difference is known. */
  public static final PhaseConditions SAME = new PhaseConditions(null, 0, 0);

  /**
   * Compares the SM clocks of a rank's GPU in the phase to which powers were fitted and in the
   * predicted phase.
   *
   * @param rank recording to which powers were fitted, which contains {@code window}
   * @param other recording of the predicted phase, which contains {@code phase}
   */
  public static PhaseConditions of(
      RankRecording rank, Window window, RankRecording other, Segment phase) {
    StatisticalSummary usual = rank.states().smMhzDuring(window.segments());
    StatisticalSummary found = other.states().smMhzDuring(List.of(phase));
    if (usual.getN() < 2 || found.getN() < 2) {
      return SAME;
    }
    return new PhaseConditions(
        null,
        Math.log(found.getMean() / usual.getMean()),
        Math.hypot(relativeStderr(found), relativeStderr(usual)));
  }

  /** Returns a copy of this object with the blocking power of other ranks. */
  public PhaseConditions withBlocking(MeanBlockingPower ofOthers) {
    return new PhaseConditions(ofOthers, logClock, logClockStderr);
  }

  /**
   * Returns the most likely logarithm of the ratio of the clocks. The returned logarithm is closer
   * to 0 than {@link #logClock}, and 0 if measuring errors may explain the difference of the
   * clocks.
   */
  public double likelyLogClock() {
    double share = logClockStderr / logClock;
    return logClock == 0 ? 0 : logClock * Math.max(0, 1 - share * share);
  }

  private static double relativeStderr(StatisticalSummary clocks) {
    return clocks.getStandardDeviation() / clocks.getMean() / Math.sqrt(clocks.getN());
  }
}
