package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.Measurement;

/**
 * Holds the measurements of a training run and the paths of the files that the run has written.
 *
 * @param rounds results of the frequency schedules in the order in which they ran
 * @param files paths of the written files: the logs in the order of ranks, then run.json; all files
 *     are complete
 * @param dumpDirectory directory of the state dump (the schedules and results as JSON files); null
 *     for none
 */
public record TrainingResult(List<RoundResult> rounds, List<Path> files, Path dumpDirectory) {

  /**
   * Holds the results of one frequency schedule.
   *
   * @param number number of the schedule in the run, from 0
   * @param warmup whether the schedule ran only to warm up; its measurement is then not used
   * @param frequencyMhz clock of all computations in MHz; null if they have different clocks
   * @param plan name of the plan that the schedule follows, or another name of the schedule; null
   *     if it has no name
   * @param measurement mean time in seconds and mean energy in joules of an iteration
   * @param loss loss of the last iteration. The loss is NaN if the engine does not train.
   */
  public record RoundResult(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      Measurement measurement,
      double loss) {}
}
