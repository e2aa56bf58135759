package perseus.evaluation.published;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.planner.Planners;
import perseus.savings.Iteration;
import perseus.savings.MeasuredBaseline;
import perseus.savings.ServerDump;
import perseus.savings.Workload;
import perseus.savings.Workloads;

/**
 * Holds the measured iterations of one job. Some iterations ran under plans, and other iterations
 * ran under power limits.
 *
 * @param workload all-max (every operation at the highest frequency) and the measured plans of each
 *     planner
 * @param powerLimits iterations under power limits, which the report shows beside the plans. The
 *     key of {@code powerLimits} is the name of the method that chose the power limits.
 * @param notes notes for the user about the choice of the baseline, one sentence each
 */
public record MeasuredJob(
    Workload workload, Map<String, List<Iteration>> powerLimits, List<String> notes) {
  private static final String GLOBAL = "zeus_global.csv";
  private static final String LOCAL = "zeus_local.csv";

  /** Columns that distinguish the jobs in a table of power limits. */
  private static final List<String> JOB =
      List.of("model_name", "partition_method", "num_microbatches");

  /**
   * Returns whether a directory holds measurements of plans and of all-max (every operation at the
   * highest frequency).
   */
  static boolean isIn(Path directory) {
    return Files.isDirectory(directory.resolve("perseus"))
        && Files.exists(directory.resolve(GLOBAL));
  }

  /**
   * Reads the measurements of one job.
   *
   * @param blockingWattsPerGpu power of one GPU while it waits, in watts
   * @throws perseus.io.UserError if a file cannot be used, or if files are of different jobs
   */
  static MeasuredJob read(Path directory, double blockingWattsPerGpu) {
    Map<String, ServerDump> dumps = new LinkedHashMap<>();
    dumps.put(Planners.PERSEUS.title(), ServerDump.read(directory.resolve("perseus")));
    Path envPipe = directory.resolve("envpipe");
    if (Files.isDirectory(envPipe)) {
      dumps.put(Planners.ENVPIPE.title(), ServerDump.read(envPipe));
    }
    MeasuredBaseline allMax =
        MeasuredBaseline.find(directory.resolve(GLOBAL), List.copyOf(dumps.values()), null);
    Map<String, List<Iteration>> limits = new LinkedHashMap<>();
    limits.put("one power limit for all (Zeus)", ofOneJob(directory.resolve(GLOBAL)));
    if (Files.exists(directory.resolve(LOCAL))) {
      limits.put("one power limit per stage (Zeus)", ofOneJob(directory.resolve(LOCAL)));
    }
    limits.values().removeIf(List::isEmpty);
    return new MeasuredJob(
        Workloads.measured(
            directory.getFileName().toString(), allMax.iteration(), blockingWattsPerGpu, dumps),
        limits,
        allMax.notes());
  }

  /** Returns all iterations of a table. If the table contains several jobs, the list is empty. */
  private static List<Iteration> ofOneJob(Path csv) {
    List<Iteration> iterations = new ArrayList<>();
    NumberTable.Row first = null;
    for (NumberTable.Row row : NumberTable.read(csv)) {
      first = first == null ? row : first;
      for (String column : JOB) {
        if (!row.textOrEmpty(column).equals(first.textOrEmpty(column))) {
          return List.of();
        }
      }
      iterations.add(row.iteration("time", "energy"));
    }
    return iterations;
  }
}
