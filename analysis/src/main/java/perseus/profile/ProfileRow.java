package perseus.profile;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;

/**
 * Holds the time and the energy of one instruction of a stage at one frequency. A row is one
 * option, which means one way to run the instruction. Some profiles have further knobs, which are
 * settings other than the frequency. If a profile has further knobs, each row also has one value
 * for each of these knobs.
 *
 * @param stage pipeline stage, from 0
 * @param instruction kind of instruction
 * @param frequencyMhz SM clock in MHz
 * @param timeSeconds mean duration of one execution of the instruction, in seconds
 * @param energyJoules mean energy of one execution, in joules, summed over all GPUs of the stage
 * @param knobs values of all knobs except the frequency, as they are written in the file; the keys
 *     are the names of the columns, in the order of the file; empty if the frequency is the only
 *     knob
 * @param quality measures of how precise the time and the energy are
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
   * Holds measures of how precise the time and the energy of a row are, such as standard errors.
   * Unknown values are NaN, and an unknown number of instances is 0.
   *
   * @param instances number of measured executions of the instruction
   * @param timeStderrSeconds standard error of the mean time, in seconds
   * @param energyStderrJoules standard error of the mean energy, in joules
   * @param r2 coefficient of determination (R squared) of the fitted power, computed from updates
   *     of the energy counter that were not used for the fit
   */
  public record Quality(
      long instances, double timeStderrSeconds, double energyStderrJoules, double r2) {
    /** The quality of a row for which only time and energy are known. */
    public static final Quality UNKNOWN = new Quality(0, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Creates a row of unknown quality, in which the frequency is the only knob. */
  public ProfileRow(
      int stage,
      Instruction instruction,
      int frequencyMhz,
      double timeSeconds,
      double energyJoules) {
    this(stage, instruction, frequencyMhz, timeSeconds, energyJoules, Map.of(), Quality.UNKNOWN);
  }

  /**
   * Joins the rows of all ranks of a stage to one row of the stage. The time is the maximum over
   * the ranks, because the pipeline waits for the slowest rank of a stage. The energy is the sum
   * over the ranks, because each rank consumes energy.
   *
   * @param ranks one row for each data-parallel and tensor-parallel rank of the stage; the rows
   *     differ only in time, energy and quality
   */
  static ProfileRow ofRanks(List<ProfileRow> ranks) {
    double joules = 0;
    double variance = 0;
    double r2 = Double.POSITIVE_INFINITY;
    long instances = Long.MAX_VALUE;
    ProfileRow slowest = ranks.get(0);
    for (ProfileRow rank : ranks) {
      joules += rank.energyJoules;
      variance += rank.quality.energyStderrJoules * rank.quality.energyStderrJoules;
      r2 = Math.min(r2, rank.quality.r2);
      instances = Math.min(instances, rank.quality.instances);
      if (rank.timeSeconds > slowest.timeSeconds) {
        slowest = rank;
      }
    }
    return new ProfileRow(
        slowest.stage,
        slowest.instruction,
        slowest.frequencyMhz,
        slowest.timeSeconds,
        joules,
        slowest.knobs,
        new Quality(instances, slowest.quality.timeStderrSeconds, Math.sqrt(variance), r2));
  }

  /** Returns a copy of this row with another energy in joules and with unknown quality. */
  ProfileRow withEnergyOfUnknownQuality(double joules) {
    return new ProfileRow(
        stage, instruction, frequencyMhz, timeSeconds, joules, knobs, Quality.UNKNOWN);
  }

  /** Returns the mean power during the instruction in watts, summed over all GPUs of the stage. */
  public double powerWatts() {
    return energyJoules / timeSeconds;
  }
}
