package perseus.evaluation.published;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import perseus.recording.run.RunManifest;
import perseus.savings.Iteration;

/**
 * Holds a measured iteration with every operation at the highest frequency.
 *
 * @param row row of the table that describes the job
 * @param iteration measured time and energy of all GPUs
 */
public record MeasuredAllMax(NumberTable.Row row, Iteration iteration) {

  /**
   * Reads the table {@code iterations.csv}. If the table {@code iterations.csv} is missing, the
   * list is empty.
   *
   * @throws perseus.io.UserError if the table cannot be used
   */
  static List<MeasuredAllMax> read(Path csv) {
    if (!Files.exists(csv)) {
      return List.of();
    }
    return NumberTable.read(csv).stream()
        .map(
            row -> new MeasuredAllMax(row, row.iteration("iteration_time_s", "iteration_energy_j")))
        .toList();
  }

  /** Returns whether a run has the GPU, model and parallelism of this published measurement. */
  public boolean isSameJob(RunManifest run) {
    return run.gpu() != null
        && run.gpu().toUpperCase(Locale.ROOT).contains(row.text("gpu").toUpperCase(Locale.ROOT))
        && row.text("model").equals(run.model())
        && row.text("partition_method").equals(run.partitionMethod())
        && row.count("dp") == run.dpDegree()
        && row.count("tp") == run.tpDegree()
        && row.count("pp") == run.ppDegree()
        && row.count("microbatch_size") == run.microbatchSize()
        && row.count("num_microbatches") == run.numMicrobatches();
  }
}
