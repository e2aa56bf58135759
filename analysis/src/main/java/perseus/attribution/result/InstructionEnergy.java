package perseus.attribution.result;

import perseus.pipeline.Instruction;
import perseus.recording.log.Window;

/**
 * Time and energy of one kind of instruction on one rank at one frequency.
 *
 * @param instruction the kind of instruction
 * @param durations durations of its instances
 * @param energyJoules mean energy of one instance
 * @param energyStderrJoules standard error of {@code energyJoules}; NaN where the attribution has
 *     none
 */
public record InstructionEnergy(
    Instruction instruction,
    Window.Durations durations,
    double energyJoules,
    double energyStderrJoules) {

  /** Mean power in watts while the instruction runs. */
  public double watts() {
    return energyJoules / durations.mean();
  }
}
