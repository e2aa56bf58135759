package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.Locale;
import perseus.numeric.Quantile;
import perseus.recording.log.GpuStates;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;

/**
 * Says at which power the power limit of a GPU lowered its clock.
 *
 * <p>The limit is known for GPUs of which it was measured. A GPU is recognized by its name, else by
 * its highest SM clock.
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

  /** Share of the clock by which it varies at least where a power limit lowers it. */
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
   * Returns whether a power limit, or something else, lowered the clock of a rank's GPU in the
   * window for a part of the time, and the power at the limit is not known.
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
