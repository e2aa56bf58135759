package perseus.profile;

import java.util.Map;
import perseus.pipeline.Instruction;

/**
 * One option to run an instruction of a stage: what it takes at one frequency (and one value of
 * every other knob).
 *
 * @param stage pipeline stage, from 0
 * @param instruction kind of instruction
 * @param frequencyMhz SM clock in MHz
 * @param timeSeconds mean duration of one instance
 * @param energyJoules mean energy of one instance, over all GPUs of the stage
 * @param knobs other knobs by column name, in the file's column order, untouched; empty where
 *     frequency is the only one
 * @param quality how well time and energy are known
 */
public record ProfileRow(
    int stage,
    Instruction instruction,
    int frequencyMhz,
    double timeSeconds,
    double energyJoules,
    Map<String, String> knobs,
    Quality quality) {

  /**
   * How well a row's time and energy are known; NaN (instances: 0) where a profile does not say.
   *
   * @param instances number of instances measured
   * @param timeStderrSeconds standard error of the mean time
   * @param energyStderrJoules standard error of the mean energy
   * @param r2 coefficient of determination on held-out counter updates
   */
  public record Quality(
      long instances, double timeStderrSeconds, double energyStderrJoules, double r2) {
    public static final Quality UNKNOWN = new Quality(0, Double.NaN, Double.NaN, Double.NaN);
  }

  /** A row with no other knob than frequency and nothing known of its quality. */
  public ProfileRow(
      int stage,
      Instruction instruction,
      int frequencyMhz,
      double timeSeconds,
      double energyJoules) {
    this(stage, instruction, frequencyMhz, timeSeconds, energyJoules, Map.of(), Quality.UNKNOWN);
  }

  /** Mean power in watts while the instruction runs, over all GPUs of the stage. */
  public double powerWatts() {
    return energyJoules / timeSeconds;
  }
}
