package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.Locale;
import perseus.numeric.Quantile;
import perseus.recording.log.GpuStates;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;

/**
 * Knows which mean power a GPU draws at its power limit, if the limit lowered its clock.
 *
 * <p>This power is known only for GPU models on which it was measured. A model is recognized by its
 * name. If the recording does not name the GPU, its highest SM clock serves instead.
 *
 * <p>Source: H200 GPUs with a limit of 700 W draw 645 to 690 W on average while they compute a
 * matrix product without rests (29 and 30 November 2026). Their highest clock is 1980 MHz, as that
 * of an H100 SXM with the same limit.
 */
public final class PowerLimit {
  private static final String NAME = "h200";
  private static final double HIGHEST_MHZ = 1980;
  private static final double WATTS = 675;

  /** Standard deviation of the power at the limit, as a share of it. */
  public static final double DEVIATION = 0.03;

  /** Least variation of a clock that a power limit lowers, as a share of the clock. */
  private static final double VARIATION = 0.02;

  private PowerLimit() {}

  /**
   * Returns the mean power of a rank's GPU at its power limit in watts; NaN if it is not known, or
   * if the limit did not lower the clock in the window.
   */
  public static double watts(RankRecording rank, Window window) {
    return isKnown(rank) && clockVaries(rank.states(), window) ? WATTS : Double.NaN;
  }

  /**
   * Returns whether the clock of a rank's GPU varied in the window, and the GPU's power at its
   * limit is not known.
   */
  public static boolean isUnknown(RankRecording rank, Window window) {
    return !isKnown(rank) && clockVaries(rank.states(), window);
  }

  private static boolean isKnown(RankRecording rank) {
    return rank.gpu().isEmpty()
        ? Arrays.stream(rank.states().smMhz()).max().orElse(0) == HIGHEST_MHZ
        : rank.gpu().toLowerCase(Locale.ROOT).contains(NAME);
  }

  private static boolean clockVaries(GpuStates states, Window window) {
    double[] clocks =
        window.segments().stream()
            .flatMapToDouble(
                segment ->
                    Arrays.stream(
                        states.smMhz(),
                        states.firstFrom(segment.start()),
                        states.firstFrom(segment.end())))
            .toArray();
    return clocks.length > 0
        && Quantile.of(clocks, 0.1) < (1 - VARIATION) * Quantile.of(clocks, 0.9);
  }
}
