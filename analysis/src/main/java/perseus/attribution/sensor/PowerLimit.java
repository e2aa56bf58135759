package perseus.attribution.sensor;

import java.util.Arrays;
import perseus.numeric.Quantile;
import perseus.recording.log.GpuStates;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;

/**
 * Computes the mean power that a GPU draws while its power limit lowers its clock.
 *
 * <p>The mean power at the power limit is known only for GPU models on which it was measured. A GPU
 * model is recognized by its name, or by its highest SM clock if the recording contains no name.
 *
 * <p>Source: H200 GPUs with a limit of 700 W draw 645 to 690 W during a matrix product without
 * rests (29 and 30 November 2026).
 */
public final class PowerLimit {
  private static final double WATTS = 675;

  /** Standard deviation of a GPU's mean power at its power limit, as a fraction of the power. */
  public static final double DEVIATION = 0.03;

  /** Minimum relative variation of an SM clock that shows that the power limit lowers the clock. */
  private static final double VARIATION = 0.02;

  private PowerLimit() {}

  /**
   * Returns the mean power of a rank's GPU at its power limit in watts.
   *
   * <p>Returns NaN if the mean power at the power limit is unknown, or if the power limit did not
   * lower the SM clock.
   */
  public static double watts(RankRecording rank, Window window) {
    return isKnown(rank) && clockVaries(rank.states(), window) ? WATTS : Double.NaN;
  }

  /**
   * Returns whether the power limit lowered the GPU's SM clock, but the mean power at the limit is
   * unknown.
   */
  public static boolean isUnknown(RankRecording rank, Window window) {
    return !isKnown(rank) && clockVaries(rank.states(), window);
  }

  private static boolean isKnown(RankRecording rank) {
    return GpuModel.H200.mayBe(rank);
  }

  /**
   * Returns the fraction of the readings of a rank's SM clock that were lowered by the power limit.
   */
  public static double share(RankRecording rank, Window window) {
    double[] clocks = clocks(rank.states(), window);
    double highest = Quantile.of(clocks, 0.9);
    long lowered = Arrays.stream(clocks).filter(clock -> clock < (1 - VARIATION) * highest).count();
    return (double) lowered / clocks.length;
  }

  private static boolean clockVaries(GpuStates states, Window window) {
    double[] clocks = clocks(states, window);
    return clocks.length > 0
        && Quantile.of(clocks, 0.1) < (1 - VARIATION) * Quantile.of(clocks, 0.9);
  }

  private static double[] clocks(GpuStates states, Window window) {
    return window.segments().stream()
        .flatMapToDouble(
            segment ->
                Arrays.stream(
                    states.smMhz(),
                    states.firstFrom(segment.start()),
                    states.firstFrom(segment.end())))
        .toArray();
  }
}
