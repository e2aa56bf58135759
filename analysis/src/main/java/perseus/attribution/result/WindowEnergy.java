package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Holds the energies of one rank at a single frequency: the energy of each kind of instruction and
 * the blocking (waiting) power. {@link RankEnergy} holds one such object for each frequency.
 *
 * @param frequencyMhz SM clock of the GPU in MHz
 * @param instructions energy of each kind of instruction that occurred
 * @param blockingWatts power in watts while no instruction ran
 * @param blockingStderrWatts standard error of {@code blockingWatts} in watts; NaN if the
 *     attribution method computes none
 * @param blockingSeconds time in seconds for which no instruction ran
 * @param updates number of counter updates from which the energies were computed
 * @param r2 coefficient of determination (R^2) with which the powers predict the energies of
 *     counter updates; deconvolution computes it on updates that were not used for the fit,
 *     interpolation on all updates; NaN if there are too few updates
 * @param counterJoules rise of the energy counter during all iterations at this frequency, in
 *     joules
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

  /** Returns the energy of one kind of instruction; null if the kind did not occur. */
  public InstructionEnergy of(Instruction instruction) {
    return instructions.stream()
        .filter(energy -> energy.instruction().equals(instruction))
        .findFirst()
        .orElse(null);
  }

  /** Returns the total time for which instructions ran, in seconds. */
  public double busySeconds() {
    return instructions.stream().mapToDouble(e -> e.durations().total()).sum();
  }

  /**
   * Returns the sum of the energies of all instructions and of blocking, in joules. The result
   * should equal {@code counterJoules}, except for errors of the attribution.
   */
  public double attributedJoules() {
    return blockingWatts * blockingSeconds
        + instructions.stream().mapToDouble(e -> e.energyJoules() * e.durations().count()).sum();
  }
}
