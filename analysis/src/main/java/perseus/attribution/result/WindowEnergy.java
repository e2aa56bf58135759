package perseus.attribution.result;

import java.util.List;
import java.util.stream.Stream;
import perseus.pipeline.Instruction;

/**
 * Holds the energies of one rank at a single frequency: the energy of each kind of instruction and
 * the blocking (waiting) power. {@link RankEnergy} holds one {@code WindowEnergy} for each
 * frequency.
 *
 * @param frequencyMhz frequency of the GPU's SM clock (clock of its processors) in MHz
 * @param instructions energy of a typical instance of each kind of instruction that ran at this
 *     frequency
 * @param special energies of activities that have separate powers because they differ from typical
 *     instructions, such as the time between iterations ({@link
 *     perseus.attribution.activity.Activity})
 * @param blockingWatts power in watts that the GPU draws while no instruction runs (blocking power)
 * @param blockingStderrWatts standard error of {@code blockingWatts} in watts, or NaN if the
 *     attribution method computes no standard error
 * @param blockingSeconds total time in seconds for which no instruction ran on the rank
 * @param updates number of counter updates from which the energies were computed
 * @param r2 coefficient of determination (R^2) with which the powers predict the energies of
 *     counter updates. Deconvolution computes R^2 only on updates that were not used for the fit.
 *     Interpolation computes R^2 on all updates. NaN if there are too few updates.
 * @param residualShare root mean square of the differences between measured and predicted readings,
 *     as a fraction of the mean reading; NaN if there are too few readings
 * @param counterJoules rise of the energy counter during all iterations at this frequency, in
 *     joules
 * @param powerAtLimit how the power limit of the GPU lowers powers; null if it does not
 */
public record WindowEnergy(
    int frequencyMhz,
    List<InstructionEnergy> instructions,
    List<InstructionEnergy> special,
    double blockingWatts,
    double blockingStderrWatts,
    double blockingSeconds,
    int updates,
    double r2,
    double residualShare,
    double counterJoules,
    PowerAtLimit powerAtLimit) {

  /** Creates the energies of a rank whose power limit lowers no power. */
  public WindowEnergy(
      int frequencyMhz,
      List<InstructionEnergy> instructions,
      List<InstructionEnergy> special,
      double blockingWatts,
      double blockingStderrWatts,
      double blockingSeconds,
      int updates,
      double r2,
      double residualShare,
      double counterJoules) {
    this(
        frequencyMhz,
        instructions,
        special,
        blockingWatts,
        blockingStderrWatts,
        blockingSeconds,
        updates,
        r2,
        residualShare,
        counterJoules,
        null);
  }

  /** Returns the energy of one kind of instruction; null if no instruction of this kind ran. */
  public InstructionEnergy of(Instruction instruction) {
    return instructions.stream()
        .filter(energy -> energy.instruction().equals(instruction))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns the total time of all instructions and special activities at this frequency, in
   * seconds.
   */
  public double busySeconds() {
    return all().mapToDouble(e -> e.durations().total()).sum();
  }

  /**
   * Returns the energy of all instructions plus the energy that the GPU used while it was blocked,
   * in joules. The sum of all attributed energies should equal {@code counterJoules}, except for
   * errors of the attribution.
   */
  public double attributedJoules() {
    return blockingWatts * blockingSeconds
        + all().mapToDouble(e -> e.energyJoules() * e.durations().count()).sum();
  }

  /** Returns a copy of this object with other energies of instructions. */
  public WindowEnergy withInstructions(List<InstructionEnergy> others) {
    return new WindowEnergy(
        frequencyMhz,
        List.copyOf(others),
        special,
        blockingWatts,
        blockingStderrWatts,
        blockingSeconds,
        updates,
        r2,
        residualShare,
        counterJoules,
        powerAtLimit);
  }

  /**
   * Returns a copy in which all energies, all powers and the rise of the energy counter are
   * multiplied by a factor.
   *
   * @param relativeStderr standard error of the factor, as a fraction of the factor
   */
  public WindowEnergy times(double factor, double relativeStderr) {
    return new WindowEnergy(
        frequencyMhz,
        instructions.stream().map(energy -> energy.times(factor, relativeStderr)).toList(),
        special.stream().map(energy -> energy.times(factor, relativeStderr)).toList(),
        factor * blockingWatts,
        factor * Math.hypot(blockingStderrWatts, blockingWatts * relativeStderr),
        blockingSeconds,
        updates,
        r2,
        residualShare,
        factor * counterJoules,
        powerAtLimit);
  }

  private Stream<InstructionEnergy> all() {
    return Stream.concat(instructions.stream(), special.stream());
  }
}
