package perseus.attribution.result;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import perseus.pipeline.Instruction;

/**
 * Holds the energies of one rank at one frequency: the energy of each instruction and the blocking
 * (waiting) power. The class {@link RankEnergy} holds one {@code WindowEnergy} for each frequency.
 *
 * @param frequencyMhz frequency of the GPU's SM clock (clock of its processors) in MHz
 * @param instructions energy of a typical instance of each instruction that ran at the frequency
 * @param special energies of activities with separate powers, such as the time between iterations
 *     ({@link perseus.attribution.activity.Activity})
 * @param blockingWatts power of the GPU in watts while no instruction runs (blocking power)
 * @param blockingStderrWatts standard error of {@code blockingWatts} in watts, or NaN if it is
 *     unknown
 * @param blockingSeconds total time in seconds in which no instruction ran on the rank
 * @param updates number of counter updates from which the energies were computed
 * @param r2 coefficient of determination (R^2) of the predicted counter updates; NaN for too few
 *     updates. Deconvolution computes R^2 only for counter updates that were not used for the fit.
 *     Interpolation computes R^2 for all counter updates.
 * @param residualShare root mean square of the prediction errors, as a fraction of the mean
 *     reading; NaN for too few readings
 * @param counterJoules rise of the energy counter during all iterations at the frequency, in joules
 * @param powerAtLimit effect of the GPU's power limit on the powers; null if the limit lowers no
 *     power
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

  /** Returns the energy of an instruction; null if the instruction did not run. */
  public InstructionEnergy of(Instruction instruction) {
    return instructions.stream()
        .filter(energy -> energy.instruction().equals(instruction))
        .findFirst()
        .orElse(null);
  }

  /** Returns the total duration of {@link #instructions} and {@link #special} in seconds. */
  public double busySeconds() {
    return all().mapToDouble(e -> e.durations().total()).sum();
  }

  /**
   * Returns the energy of all instructions plus the energy of the blocked (waiting) time, in
   * joules. Without attribution errors, the returned energy equals {@code counterJoules}.
   */
  public double attributedJoules() {
    return blockingWatts * blockingSeconds
        + all().mapToDouble(e -> e.energyJoules() * e.durations().count()).sum();
  }

  /** Returns a copy with other energies of instructions. */
  public WindowEnergy withInstructions(List<InstructionEnergy> others) {
    return with(List.copyOf(others), special, blockingWatts, blockingStderrWatts, counterJoules);
  }

  /**
   * Returns a copy in which all energies, all powers and the rise of the energy counter are
   * multiplied by a factor.
   *
   * @param relativeStderr standard error of the factor, as a fraction of the factor
   */
  public WindowEnergy times(double factor, double relativeStderr) {
    return with(
        instructions.stream().map(energy -> energy.times(factor, relativeStderr)).toList(),
        special.stream().map(energy -> energy.times(factor, relativeStderr)).toList(),
        factor * blockingWatts,
        factor * Math.hypot(blockingStderrWatts, blockingWatts * relativeStderr),
        factor * counterJoules);
  }

  /**
   * Returns a copy with larger standard errors of all energies and of the blocking power.
   *
   * @param relativeStderr additional standard error, as a fraction of the energy. If an instruction
   *     has less than the mean power of the GPU, the error is a fraction of its energy at the mean
   *     power.
   */
  public WindowEnergy doubted(double relativeStderr) {
    double meanWatts = counterJoules / (blockingSeconds + busySeconds());
    UnaryOperator<InstructionEnergy> doubted =
        energy ->
            energy.withError(
                relativeStderr
                    * Math.max(energy.energyJoules(), meanWatts * energy.durations().mean()));
    return with(
        instructions.stream().map(doubted).toList(),
        special.stream().map(doubted).toList(),
        blockingWatts,
        Math.hypot(blockingStderrWatts, blockingWatts * relativeStderr),
        counterJoules);
  }

  /**
   * Returns a copy with larger standard errors, because the GPU may have drawn further power all
   * the time.
   *
   * @param watts standard error of the further power, in watts
   */
  public WindowEnergy withFurtherWatts(double watts) {
    UnaryOperator<InstructionEnergy> further =
        energy -> energy.withError(watts * energy.durations().mean());
    return with(
        instructions.stream().map(further).toList(),
        special.stream().map(further).toList(),
        blockingWatts,
        Math.hypot(blockingStderrWatts, watts),
        counterJoules);
  }

  /** Returns a copy whose standard errors also contain the differences from {@code other}. */
  public WindowEnergy withErrorsThatCover(WindowEnergy other) {
    return with(
        instructions.stream()
            .map(
                energy ->
                    other.of(energy.instruction()) == null
                        ? energy
                        : energy.withErrorsThatCover(other.of(energy.instruction())))
            .toList(),
        special,
        blockingWatts,
        Math.hypot(blockingStderrWatts, other.blockingWatts - blockingWatts),
        counterJoules);
  }

  private WindowEnergy with(
      List<InstructionEnergy> otherInstructions,
      List<InstructionEnergy> otherSpecial,
      double otherBlockingWatts,
      double otherBlockingStderrWatts,
      double otherCounterJoules) {
    return new WindowEnergy(
        frequencyMhz,
        otherInstructions,
        otherSpecial,
        otherBlockingWatts,
        otherBlockingStderrWatts,
        blockingSeconds,
        updates,
        r2,
        residualShare,
        otherCounterJoules,
        powerAtLimit);
  }

  private Stream<InstructionEnergy> all() {
    return Stream.concat(instructions.stream(), special.stream());
  }
}
