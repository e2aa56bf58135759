package perseus.attribution.result;

import perseus.pipeline.Instruction;
import perseus.recording.log.Window;

/**
 * What one kind of instruction takes on one rank at one frequency.
 *
 * @param instruction the kind
 * @param durations how long its instances took
 * @param energyJoules mean energy of one instance
 * @param energyStderrJoules standard error of it; NaN where the method has none
 */
public record InstructionEnergy(
    Instruction instruction,
    Window.Durations durations,
    double energyJoules,
    double energyStderrJoules) {

  /** Mean power in watts while it runs. */
  public double watts() {
    return energyJoules / durations.mean();
  }
}
