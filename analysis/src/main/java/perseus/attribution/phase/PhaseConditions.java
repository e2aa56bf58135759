package perseus.attribution.phase;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import perseus.attribution.result.MeanBlockingPower;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Holds how another phase of a job differs from the window to which powers were fitted.
 *
 * @param blocking blocking (waiting) power of other ranks, to be used in place of the fitted one;
 *     null if the fitted blocking power is used
 * @param logClock natural logarithm of the mean SM clock during the instructions of the phase,
 *     divided by the mean SM clock during the instructions of the window; 0 if it is unknown
 * @param logClockStderr standard error of {@code logClock}
 */
public record PhaseConditions(MeanBlockingPower blocking, double logClock, double logClockStderr) {
  /** The phase does not differ from the window, as far as is known. */
  public static final PhaseConditions SAME = new PhaseConditions(null, 0, 0);

  /**
   * Compares the SM clocks of a rank's GPU in a window and in another phase.
   *
   * @param rank recording that holds the window
   * @param other recording that holds the phase
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

  /** Returns these conditions with the blocking power of other ranks. */
  public PhaseConditions withBlocking(MeanBlockingPower ofOthers) {
    return new PhaseConditions(ofOthers, logClock, logClockStderr);
  }

  /**
   * Returns the most likely logarithm of the ratio of the clocks: nearer to 0 than {@link
   * #logClock}, the more it could be an error of the two means.
   */
  public double likelyLogClock() {
    double share = logClockStderr / logClock;
    return logClock == 0 ? 0 : logClock * Math.max(0, 1 - share * share);
  }

  private static double relativeStderr(StatisticalSummary clocks) {
    return clocks.getStandardDeviation() / clocks.getMean() / Math.sqrt(clocks.getN());
  }
}
