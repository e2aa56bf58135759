package perseus.attribution.result;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;

/**
 * The energy of one rank, at each frequency.
 *
 * @param place the rank, and its data-parallel, pipeline-parallel and tensor-parallel rank
 * @param ownLagSeconds the lag that fits the updates of this rank alone best, a diagnostic; NaN
 *     where it was not estimated
 * @param parts number of parts of equal length, each with a power, of each kind of instruction
 * @param windows one for each frequency, highest frequency first
 * @param handoffs when the rank waited for its neighbours
 */
public record RankEnergy(
    RankPlace place,
    double ownLagSeconds,
    Map<Instruction, Integer> parts,
    List<WindowEnergy> windows,
    Handoffs handoffs) {

  /**
   * Mean power in watts while the rank was blocked, over all frequencies; NaN where it never was.
   */
  public double blockingWatts() {
    return MeanBlockingPower.overWindows(windows).watts();
  }

  /** Standard error of {@link #blockingWatts}; NaN where the attribution has none. */
  public double blockingStderrWatts() {
    return MeanBlockingPower.overWindows(windows).stderrWatts();
  }

  /** Time in seconds for which the rank was blocked, over all frequencies. */
  public double blockingSeconds() {
    return windows.stream().mapToDouble(WindowEnergy::blockingSeconds).sum();
  }
}
