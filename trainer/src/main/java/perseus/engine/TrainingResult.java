package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.Measurement;
import perseus.gpu.ClocksInForce;

/**
 * Holds the measurements of a training run and the paths of the files that the run has written.
 *
 * @param rounds results of the frequency schedules, in the order in which the schedules ran
 * @param files paths of the written files: first the logs in the order of the ranks' numbers, then
 *     run.json. All written files are complete.
 * @param dumpDirectory directory of the state dump (the schedules and results as JSON files); null
 *     if no state dump was written
 */
public record TrainingResult(List<RoundResult> rounds, List<Path> files, Path dumpDirectory) {

  /**
   * Holds the results of one frequency schedule.
   *
   * @param number number of the frequency schedule in the run, from 0
   * @param warmup whether the frequency schedule ran only to warm up. The measurement of a warm-up
   *     is not used.
   * @param frequencyMhz clock of all computations in MHz; null if the computations have different
   *     clocks
   * @param plan name of the plan that the frequency schedule follows. If the frequency schedule
   *     follows no plan, {@code plan} is another name of the frequency schedule, or null if the
   *     frequency schedule has no name.
   * @param measurement mean time in seconds and mean energy in joules of an iteration under the
   *     frequency schedule
   * @param loss loss of the last iteration under the frequency schedule. The loss is NaN if the
   *     engine only simulates the job.
   * @param clocks the SM clocks that were in force; null on simulated GPUs
   */
  public record RoundResult(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      Measurement measurement,
      double loss,
      ClocksInForce clocks) {}
}
