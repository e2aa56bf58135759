package perseus.attribution.result;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;

/**
 * Holds the energy of one rank at each frequency.
 *
 * @param place the rank's place in the job
 * @param ownLagSeconds lag in seconds that fits the counter updates of this rank alone best; only
 *     for diagnosis; NaN if it was not estimated
 * @param parts number of parts of each kind of instruction; parts have equal lengths and separate
 *     powers
 * @param windows energy at each frequency, highest frequency first
 * @param handoffs start and end times of the first forward and first backward in each iteration
 */
public record RankEnergy(
    RankPlace place,
    double ownLagSeconds,
    Map<Instruction, Integer> parts,
    List<WindowEnergy> windows,
    Handoffs handoffs) {

  /**
   * Returns the mean power in watts while the rank was blocked, over all frequencies. Returns NaN
   * if the rank was never blocked.
   */
  public double blockingWatts() {
    return MeanBlockingPower.overWindows(windows).watts();
  }

  /**
   * Returns the standard error of {@link #blockingWatts} in watts; NaN if the method computes none.
   */
  public double blockingStderrWatts() {
    return MeanBlockingPower.overWindows(windows).stderrWatts();
  }

  /** Returns the time in seconds for which the rank was blocked, over all frequencies. */
  public double blockingSeconds() {
    return windows.stream().mapToDouble(WindowEnergy::blockingSeconds).sum();
  }
}
