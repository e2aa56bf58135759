package perseus.cli.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.control.StagePlan;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.FrequencyPlan;
import perseus.planfile.PlanFile;
import perseus.planfile.Prediction;

/**
 * A plan file to replay.
 *
 * @param file the file
 * @param plan the plan in the file
 * @param prediction the predicted time and energy in the file; null if it has none
 */
public record SavedPlan(Path file, FrequencyPlan plan, Prediction prediction) {
  /**
   * Reads all plans of files and directories, in the given order. The plans of a directory are
   * ordered from the slowest to the fastest; the plans of a directory that {@code perseus-analyze}
   * has written are in its sub-directory {@code plans}.
   *
   * @throws perseus.io.UserError if a file cannot be read or is not a plan
   */
  public static List<SavedPlan> list(List<Path> paths) {
    List<SavedPlan> plans = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        Path inside = path.resolve("plans");
        PlanFile.list(Files.isDirectory(inside) ? inside : path)
            .forEach(file -> plans.add(read(file)));
      } else {
        plans.add(read(path));
      }
    }
    return plans;
  }

  private static SavedPlan read(Path file) {
    return new SavedPlan(file, PlanFile.read(file), PlanFile.prediction(file).orElse(null));
  }

  /** The plan's name in the run: the name of its file. */
  public String name() {
    return file.getFileName().toString();
  }

  /**
   * Returns the plan for a scheduler.
   *
   * @throws perseus.io.UserError if the plan was made for another schedule, number of ranks or
   *     number of microbatches
   */
  public StagePlan fitting(PipelineSchedule schedule, int ranks, int microbatches) {
    plan.requireFits(file.toString(), schedule, ranks, microbatches);
    return StagePlan.of(name(), plan);
  }
}
