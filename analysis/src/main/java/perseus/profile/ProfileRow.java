package perseus.profile;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;

/**
 * Holds the time and the energy of one instruction of a stage at one frequency (row of a stage
 * profile). A profile row may have knobs, which are settings of the instruction other than the
 * frequency.
 *
 * @param stage number of the pipeline stage, from 0
 * @param instruction instruction, such as forward or backward
 * @param frequencyMhz SM clock of the GPU in MHz
 * @param timeSeconds mean duration of one execution of the instruction, in seconds
 * @param energyJoules mean energy of one execution of the instruction, in joules, summed over all
 *     GPUs of the stage
 * @param knobs values of the knobs by column name, as text in the order of the columns of the
 *     profile file. The map {@code knobs} is empty if the profile has no knobs (settings other than
 *     the frequency).
 * @param quality precision of the time and the energy
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
   * Holds the precision of the time and the energy of a profile row, such as standard errors.
   * Unknown standard errors and an unknown R squared are NaN. An unknown number of measured
   * executions is 0.
   *
   * @param instances number of measured executions of the instruction
   * @param timeStderrSeconds standard error of the mean time of one execution, in seconds
   * @param energyStderrJoules standard error of the mean energy of one execution, in joules
   * @param r2 coefficient of determination (R squared) of the fitted powers, from counter updates
   *     that were not used for the fit
   * @param smMhz mean SM clock at which the GPUs really ran, in MHz; NaN if it was not recorded
   * @param held fraction of the time at the requested frequency, from 0 to 1; NaN if it was not
   *     recorded
   */
  public record Quality(
      long instances,
      double timeStderrSeconds,
      double energyStderrJoules,
      double r2,
      double smMhz,
      double held) {
    /** Precision of a profile row of which only the time and the energy are known. */
    public static final Quality UNKNOWN = new Quality(0, Double.NaN, Double.NaN, Double.NaN);

    /** Creates the precision of a profile row whose real clock was not recorded. */
    public Quality(long instances, double timeStderrSeconds, double energyStderrJoules, double r2) {
      this(instances, timeStderrSeconds, energyStderrJoules, r2, Double.NaN, Double.NaN);
    }

    /** Returns whether the clock at which the GPUs really ran was recorded. */
    public boolean isClockKnown() {
      return !Double.isNaN(smMhz);
    }
  }

  /**
   * Creates a profile row without knobs (settings other than the frequency) and with unknown
   * precision.
   */
  public ProfileRow(
      int stage,
      Instruction instruction,
      int frequencyMhz,
      double timeSeconds,
      double energyJoules) {
    this(stage, instruction, frequencyMhz, timeSeconds, energyJoules, Map.of(), Quality.UNKNOWN);
  }

  /**
   * Joins the rows of all ranks of a stage to one row. The time of a stage is the maximum over its
   * ranks, because the pipeline waits for the slowest rank. The energy of a stage is the sum over
   * its ranks, because each rank consumes energy.
   *
   * @param ranks one row for each data-parallel and tensor-parallel rank; the rows differ only in
   *     time, energy and precision
   */
  static ProfileRow ofRanks(List<ProfileRow> ranks) {
    double joules = 0;
    double variance = 0;
    double r2 = Double.POSITIVE_INFINITY;
    long instances = Long.MAX_VALUE;
    double smMhz = 0;
    double held = Double.POSITIVE_INFINITY;
    ProfileRow slowest = ranks.get(0);
    for (ProfileRow rank : ranks) {
      joules += rank.energyJoules;
      variance += rank.quality.energyStderrJoules * rank.quality.energyStderrJoules;
      r2 = Math.min(r2, rank.quality.r2);
      instances = Math.min(instances, rank.quality.instances);
      smMhz += rank.quality.smMhz / ranks.size();
      held = Math.min(held, rank.quality.held);
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
        new Quality(
            instances, slowest.quality.timeStderrSeconds, Math.sqrt(variance), r2, smMhz, held));
  }

  /** Returns a copy with another energy in joules and unknown precision. */
  ProfileRow withEnergyOfUnknownQuality(double joules) {
    return new ProfileRow(
        stage, instruction, frequencyMhz, timeSeconds, joules, knobs, Quality.UNKNOWN);
  }

  /** Returns a copy with its time multiplied by {@code time}, and its energy by {@code energy}. */
  public ProfileRow scaled(double time, double energy) {
    return new ProfileRow(
        stage,
        instruction,
        frequencyMhz,
        time * timeSeconds,
        energy * energyJoules,
        knobs,
        quality);
  }

  /** Returns the mean power during the instruction in watts, summed over all GPUs of the stage. */
  public double powerWatts() {
    return energyJoules / timeSeconds;
  }
}
