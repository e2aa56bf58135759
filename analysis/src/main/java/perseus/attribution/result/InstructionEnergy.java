package perseus.attribution.result;

import perseus.pipeline.Instruction;
import perseus.recording.log.Window;

/**
 * Holds the durations and the mean energy of one kind of instruction, on one rank at one frequency.
 *
 * @param instruction kind of instruction
 * @param durations summary of the durations of all instances
 * @param energyJoules mean energy of one instance in joules
 * @param energyStderrJoules standard error of {@code energyJoules} in joules; NaN if the method
 *     computes none
 */
public record InstructionEnergy(
    Instruction instruction,
    Window.Durations durations,
    double energyJoules,
    double energyStderrJoules) {

  /** Returns the mean power in watts while the instruction runs. */
  public double watts() {
    return energyJoules / durations.mean();
  }
}
