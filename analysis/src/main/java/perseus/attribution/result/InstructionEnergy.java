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

  /** Returns a copy with an additional standard error of the energy, in joules. */
  public InstructionEnergy withError(double joules) {
    return new InstructionEnergy(
        instruction, durations, energyJoules, Math.hypot(energyStderrJoules, joules));
  }

  /**
   * Returns a copy with additional standard errors of time and energy, as fractions of their
   * values. An unknown standard error (NaN) counts as 0.
   */
  public InstructionEnergy withRelativeErrors(double ofTime, double ofEnergy) {
    return new InstructionEnergy(
        instruction,
        new Window.Durations(
            durations.count(),
            durations.mean(),
            combined(durations.stderr(), ofTime * durations.mean())),
        energyJoules,
        combined(energyStderrJoules, ofEnergy * energyJoules));
  }

  /**
   * Returns a copy whose standard errors of time and energy also contain the differences from
   * {@code other}.
   */
  InstructionEnergy withErrorsThatCover(InstructionEnergy other) {
    return new InstructionEnergy(
        instruction,
        new Window.Durations(
            durations.count(),
            durations.mean(),
            combined(durations.stderr(), other.durations.mean() - durations.mean())),
        energyJoules,
        combined(energyStderrJoules, other.energyJoules - energyJoules));
  }

  private static double combined(double stderr, double difference) {
    return Double.isNaN(stderr) ? Math.abs(difference) : Math.hypot(stderr, difference);
  }
}
