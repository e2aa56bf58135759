package perseus.attribution.result;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;

/**
 * Holds the energies of one rank at all frequencies.
 *
 * @param place global rank, pipeline, stage and host
 * @param ownLagSeconds lag of the energy counter in seconds, estimated from the readings of the
 *     rank alone. The lag of the energy counter is NaN if it was not estimated.
 * @param parts number of equal time sections into which each instruction was divided. Each section
 *     has its own power. The map is empty if no instruction was divided.
 * @param windows energies of the rank at each frequency, highest frequency first
 * @param handoffs start and end times of the rank's first forward and first backward in each
 *     iteration
 */
public record RankEnergy(
    RankPlace place,
    double ownLagSeconds,
    Map<Instruction, Integer> parts,
    List<WindowEnergy> windows,
    Handoffs handoffs) {

  /**
   * Returns the mean power of the rank's GPU while it was blocked (waiting), over all frequencies.
   */
  public MeanBlockingPower blockingPower() {
    return MeanBlockingPower.overWindows(windows);
  }

  /**
   * Returns the mean power of the rank's GPU while it was blocked (waiting), over all frequencies,
   * in watts. The mean blocking power is NaN if the GPU was never blocked (waiting).
   */
  public double blockingWatts() {
    return blockingPower().watts();
  }

  /** Returns the standard error of {@link #blockingWatts} in watts, or NaN if it is unknown. */
  public double blockingStderrWatts() {
    return blockingPower().stderrWatts();
  }

  /**
   * Returns the time for which the rank was blocked (waiting), summed over all frequencies, in
   * seconds.
   */
  public double blockingSeconds() {
    return windows.stream().mapToDouble(WindowEnergy::blockingSeconds).sum();
  }

  /** Returns a copy of this object with other energies at its frequencies. */
  public RankEnergy withWindows(List<WindowEnergy> others) {
    return new RankEnergy(place, ownLagSeconds, parts, List.copyOf(others), handoffs);
  }
}
