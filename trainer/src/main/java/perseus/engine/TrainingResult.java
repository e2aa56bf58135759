package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.Measurement;
import perseus.control.Round;
import perseus.gpu.ClocksInForce;

/**
 * Holds the measurements of a training run and the paths of the files that the run has written.
 *
 * @param rounds results of the frequency schedules, in the order in which the schedules ran
 * @param files paths of the written files: first the logs in the order of the ranks' numbers, then
 *     run.json.
 * @param dumpDirectory directory of the state dump (the schedules and results as JSON files); null
 *     if no state dump was written
 */
public record TrainingResult(List<RoundResult> rounds, List<Path> files, Path dumpDirectory) {

  /**
   * Holds the results of one frequency schedule.
   *
   * @param round description of the frequency schedule: its number, its clock, whether it was a
   *     warm-up
   * @param iterations number of iterations that ran under the frequency schedule
   * @param precision largest relative standard error among the times and energies of the forwards
   *     and backwards of all stages; infinite if it is unknown
   * @param measurement mean time in seconds and mean energy in joules of an iteration under the
   *     frequency schedule
   * @param loss loss of the last iteration under the frequency schedule. The loss is NaN if the
   *     engine only simulates the job.
   * @param clocks the SM clocks that were in force; null on simulated GPUs
   */
  public record RoundResult(
      Round round,
      int iterations,
      double precision,
      Measurement measurement,
      double loss,
      ClocksInForce clocks) {
    /**
     * Returns whether the iterations only warmed up the GPUs. The measurement of a warm-up is not
     * used.
     */
    public boolean warmup() {
      return round.warmup();
    }

    /** Returns the clock of all computations in MHz; null if they have different clocks. */
    public Integer frequencyMhz() {
      return round.frequencyMhz();
    }

    /** Returns the name of the plan or of the frequency schedule; null if it has no name. */
    public String plan() {
      return round.plan();
    }
  }
}
