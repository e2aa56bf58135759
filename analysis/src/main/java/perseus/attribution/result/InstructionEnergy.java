package perseus.attribution.result;

import perseus.pipeline.Instruction;
import perseus.recording.log.Window;

/**
 * Holds the durations and the mean energy of one instruction (such as forward) on one rank at one
 * frequency.
 *
 * @param instruction instruction whose energy was computed
 * @param durations number, mean and standard error of the recorded durations
 * @param energyJoules mean energy of one instance of the instruction, in joules
 * @param energyStderrJoules standard error of {@code energyJoules} in joules, or NaN if it is
 *     unknown
 */
public record InstructionEnergy(
    Instruction instruction,
    Window.Durations durations,
    double energyJoules,
    double energyStderrJoules) {

  /** Returns the mean power of the GPU while the instruction runs, in watts. */
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
