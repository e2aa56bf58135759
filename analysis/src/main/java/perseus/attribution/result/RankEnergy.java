package perseus.attribution.result;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;

/**
 * Where one rank's energy went.
 *
 * @param place rank, and its dp, pp and tp rank
 * @param ownLagSeconds the lag that this rank alone asks for, a diagnostic; NaN where not looked
 *     for
 * @param parts into how many equal parts of their own power each kind was cut
 * @param windows one for each frequency, highest first
 * @param handoffs when it waited for a neighbour
 */
public record RankEnergy(
    RankPlace place,
    double ownLagSeconds,
    Map<Instruction, Integer> parts,
    List<WindowEnergy> windows,
    Handoffs handoffs) {

  /** Mean power in watts while blocked, over all frequencies; NaN where the rank never blocked. */
  public double blockingWatts() {
    double joules = 0;
    double seconds = 0;
    for (WindowEnergy window : windows) {
      joules += window.blockingWatts() * window.blockingSeconds();
      seconds += window.blockingSeconds();
    }
    return joules / seconds;
  }

  /** Standard error of {@link #blockingWatts}; NaN where the method has none. */
  public double blockingStderrWatts() {
    double variance = 0;
    for (WindowEnergy window : windows) {
      double joules = window.blockingStderrWatts() * window.blockingSeconds();
      variance += joules * joules;
    }
    return Math.sqrt(variance) / blockingSeconds();
  }

  /** How long the rank blocked, over all frequencies. */
  public double blockingSeconds() {
    return windows.stream().mapToDouble(WindowEnergy::blockingSeconds).sum();
  }
}
