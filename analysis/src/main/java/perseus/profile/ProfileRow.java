package perseus.profile;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;

/**
 * One option to run an instruction of a stage: its time and energy at one frequency (and one value
 * of every other knob).
 *
 * @param stage pipeline stage, from 0
 * @param instruction kind of instruction
 * @param frequencyMhz SM clock in MHz
 * @param timeSeconds mean duration of one instance
 * @param energyJoules mean energy of one instance, over all GPUs of the stage
 * @param knobs the values of other knobs by column name, in the column order of the file and
 *     unchanged; empty where the frequency is the only knob
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
   * How well the time and energy of a row are known; NaN (for instances: 0) where unknown.
   *
   * @param instances number of instances that were measured
   * @param timeStderrSeconds standard error of the mean time
   * @param energyStderrJoules standard error of the mean energy
   * @param r2 coefficient of determination on held-out counter updates
   */
  public record Quality(
      long instances, double timeStderrSeconds, double energyStderrJoules, double r2) {
    /** The quality of a row of which only time and energy are known. */
    public static final Quality UNKNOWN = new Quality(0, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Creates a row whose only knob is the frequency and whose quality is unknown. */
  public ProfileRow(
      int stage,
      Instruction instruction,
      int frequencyMhz,
      double timeSeconds,
      double energyJoules) {
    this(stage, instruction, frequencyMhz, timeSeconds, energyJoules, Map.of(), Quality.UNKNOWN);
  }

  /**
   * Joins the rows that the ranks of a stage have for one option. The pipeline waits for the
   * slowest of a stage's data- and tensor-parallel ranks, and all of them use energy: the time is
   * the maximum over the ranks, the energy is their sum.
   *
   * @param ranks one row for each rank; they differ only in time, energy and quality
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

  /** Returns this row with another energy in joules, and without its quality. */
  ProfileRow withEnergyOfUnknownQuality(double joules) {
    return new ProfileRow(
        stage, instruction, frequencyMhz, timeSeconds, joules, knobs, Quality.UNKNOWN);
  }

  /** Mean power in watts while the instruction runs, over all GPUs of the stage. */
  public double powerWatts() {
    return energyJoules / timeSeconds;
  }
}
