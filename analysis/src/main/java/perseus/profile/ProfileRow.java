package perseus.profile;

import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;

/**
 * Holds one row of a stage profile: the time and the energy of one instruction of a stage at one
 * frequency. A row of a profile describes one execution option, which is one way to run the
 * instruction. Some profiles have knobs, which are settings of an instruction other than its
 * frequency. If a profile has knobs, each row of the profile also has one value for each knob.
 *
 * @param stage number of the pipeline stage; stages are numbered from 0
 * @param instruction kind of instruction, such as forward or backward
 * @param frequencyMhz frequency (SM clock of the GPU) in MHz
 * @param timeSeconds mean duration of one execution of the instruction, in seconds
 * @param energyJoules mean energy of one execution of the instruction, in joules, summed over all
 *     GPUs of the stage
 * @param knobs values of all knobs (settings other than the frequency), as text copied from the
 *     profile file. The keys of the map are the names of the knobs' columns, in the order of the
 *     columns in the file. The map is empty if the profile has no knobs.
 * @param quality numbers that say how precise the time and the energy are
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
   * Holds numbers that say how precise the time and the energy of a row are, such as standard
   * errors. An unknown standard error and an unknown R squared are NaN. An unknown number of
   * measured executions is 0.
   *
   * @param instances number of measured executions of the instruction
   * @param timeStderrSeconds standard error of the mean time of one execution, in seconds
   * @param energyStderrJoules standard error of the mean energy of one execution, in joules
   * @param r2 coefficient of determination (R squared) of the fitted powers of instructions. The
   *     coefficient is computed from updates of the energy counter that were not used for the fit.
   * @param smMhz mean SM clock at which the GPUs really ran (clock in force), in MHz; NaN if it was
   *     not recorded
   * @param held share of the time in which the GPUs ran at the row's frequency, from 0 to 1; NaN if
   *     it was not recorded
   */
  public record Quality(
      long instances,
      double timeStderrSeconds,
      double energyStderrJoules,
      double r2,
      double smMhz,
      double held) {
    /** Quality of a row whose time and energy are known, but whose precision is unknown. */
    public static final Quality UNKNOWN = new Quality(0, Double.NaN, Double.NaN, Double.NaN);

    /**
     * Creates the quality of a row for which it was not recorded at which clock the GPUs really
     * ran.
     */
    public Quality(long instances, double timeStderrSeconds, double energyStderrJoules, double r2) {
      this(instances, timeStderrSeconds, energyStderrJoules, r2, Double.NaN, Double.NaN);
    }

    /** Returns whether it was recorded at which clock the GPUs really ran. */
    public boolean isClockKnown() {
      return !Double.isNaN(smMhz);
    }
  }

  /**
   * Creates a row without knobs (settings other than the frequency). The precision of the row's
   * time and energy is unknown.
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
   * Joins the rows of all ranks of a stage to one row of the stage. The time of the joined row is
   * the maximum over the ranks, because the pipeline waits for the slowest rank of a stage. The
   * energy of the joined row is the sum over the ranks, because each rank consumes energy.
   *
   * @param ranks one row for each data-parallel and tensor-parallel rank of the stage; the rows of
   *     the ranks differ only in time, energy and quality
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

  /**
   * Returns a copy of this row with another energy in joules. The precision of the time and the
   * energy in the copy is unknown.
   */
  ProfileRow withEnergyOfUnknownQuality(double joules) {
    return new ProfileRow(
        stage, instruction, frequencyMhz, timeSeconds, joules, knobs, Quality.UNKNOWN);
  }

  /** Returns a copy of the row with its time and its energy multiplied by two factors. */
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

  /**
   * Returns the mean power in watts during the row's instruction, summed over all GPUs of the
   * stage.
   */
  public double powerWatts() {
    return energyJoules / timeSeconds;
  }
}
