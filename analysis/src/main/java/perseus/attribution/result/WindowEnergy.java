package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Where one rank's energy at one frequency went.
 *
 * @param frequencyMhz SM clock
 * @param instructions each kind that occurred, by name
 * @param blockingWatts power while no instruction ran
 * @param blockingStderrWatts standard error of it; NaN where the method has none
 * @param blockingSeconds how long no instruction ran
 * @param updates counter updates that the figures rest on
 * @param r2 coefficient of determination on held-out updates (interpolation holds none out); NaN
 *     where there are too few
 * @param counterJoules what the counter rose by over the window
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

  /** Energy of one kind; null where it did not occur. */
  public InstructionEnergy of(Instruction instruction) {
    return instructions.stream()
        .filter(energy -> energy.instruction().equals(instruction))
        .findFirst()
        .orElse(null);
  }

  /** How long instructions ran. */
  public double busySeconds() {
    return instructions.stream().mapToDouble(e -> e.durations().total()).sum();
  }

  /** Energy of all instances and of blocking in joules, to compare with the counter's. */
  public double attributedJoules() {
    return blockingWatts * blockingSeconds
        + instructions.stream().mapToDouble(e -> e.energyJoules() * e.durations().count()).sum();
  }
}
