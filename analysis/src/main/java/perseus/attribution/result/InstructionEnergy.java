package perseus.attribution.result;

import perseus.pipeline.Instruction;
import perseus.recording.log.Window;

/**
 * Holds the durations and the mean energy of one kind of instruction, on one rank at one frequency.
 *
 * @param instruction kind of instruction
 * @param durations number of instances of the kind of instruction, and the mean and standard error
 *     of their durations
 * @param energyJoules mean energy of one instance of the kind of instruction, in joules
 * @param energyStderrJoules standard error of {@code energyJoules} in joules, or NaN if it cannot
 *     be computed
 */
public record InstructionEnergy(
    Instruction instruction,
    Window.Durations durations,
    double energyJoules,
    double energyStderrJoules) {

  /** Returns the mean power of the GPU while an instruction of this kind runs, in watts. */
  public double watts() {
    return energyJoules / durations.mean();
  }

  /**
   * Returns a copy with the energy multiplied by a factor.
   *
   * @param relativeStderr standard error of the factor, as a fraction of the factor
   */
  public InstructionEnergy times(double factor, double relativeStderr) {
    return new InstructionEnergy(
        instruction,
        durations,
        factor * energyJoules,
        factor * Math.hypot(energyStderrJoules, energyJoules * relativeStderr));
  }
}
