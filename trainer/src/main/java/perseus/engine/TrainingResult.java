package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.Measurement;

/**
 * What a run measured and wrote.
 *
 * @param rounds the frequency schedules in the order in which they ran
 * @param files the files written, in order; all are whole
 * @param dumpDirectory the state dump's directory; null for none
 */
public record TrainingResult(List<RoundResult> rounds, List<Path> files, Path dumpDirectory) {

  /**
   * One frequency schedule.
   *
   * @param number position in the run, from 0
   * @param warmup whether it is no measurement
   * @param frequencyMhz the one clock of every computation; null where a plan mixes them
   * @param plan the replayed plan's name; null where none was
   * @param measurement an iteration's time and energy
   * @param loss of the last iteration; NaN where nothing is learned
   */
  public record RoundResult(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      Measurement measurement,
      double loss) {}
}
