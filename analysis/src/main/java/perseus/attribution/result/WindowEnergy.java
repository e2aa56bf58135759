package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * The energy of one rank at one frequency.
 *
 * @param frequencyMhz SM clock
 * @param instructions energy of each kind of instruction that occurred
 * @param blockingWatts power while no instruction ran
 * @param blockingStderrWatts standard error of {@code blockingWatts}; NaN where the attribution has
 *     none
 * @param blockingSeconds time for which no instruction ran
 * @param updates number of counter updates from which the values were computed
 * @param r2 coefficient of determination on held-out updates (on all updates for interpolation);
 *     NaN where there are too few updates
 * @param counterJoules rise of the counter over the window
 */
public record WindowEnergy(
    int frequencyMhz,
    List<InstructionEnergy> instructions,
    double blockingWatts,
    double blockingStderrWatts,
    double blockingSeconds,
    int updates,
    double r2,
    double counterJoules) {

  /** Energy of one kind of instruction; null where the kind did not occur. */
  public InstructionEnergy of(Instruction instruction) {
    return instructions.stream()
        .filter(energy -> energy.instruction().equals(instruction))
        .findFirst()
        .orElse(null);
  }

  /** Time in seconds for which instructions ran. */
  public double busySeconds() {
    return instructions.stream().mapToDouble(e -> e.durations().total()).sum();
  }

  /** Energy of all instructions and of blocking in joules, to compare with the counter's rise. */
  public double attributedJoules() {
    return blockingWatts * blockingSeconds
        + instructions.stream().mapToDouble(e -> e.energyJoules() * e.durations().count()).sum();
  }
}
