package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.Measurement;

/**
 * Result of a training run: its measurements and the files that it has written.
 *
 * @param rounds results of the frequency schedules, in the order in which they ran
 * @param files the files written, in order; all are complete
 * @param dumpDirectory directory of the state dump; null for none
 */
public record TrainingResult(List<RoundResult> rounds, List<Path> files, Path dumpDirectory) {

  /**
   * Result of one frequency schedule.
   *
   * @param number position in the run, from 0
   * @param warmup whether the schedule ran only to warm up, so that its measurement does not count
   * @param frequencyMhz clock of all computations; null if they have different clocks
   * @param plan name of the replayed plan; null for none
   * @param measurement time and energy of an iteration
   * @param loss loss of the last iteration; NaN if the engine does not train
   */
  public record RoundResult(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      Measurement measurement,
      double loss) {}
}
