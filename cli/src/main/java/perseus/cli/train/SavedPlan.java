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
 * Holds a plan file that a run will execute.
 *
 * @param file path of the plan file
 * @param plan the plan in the file
 * @param prediction predicted time and energy from the file; null if the file has no prediction
 */
public record SavedPlan(Path file, FrequencyPlan plan, Prediction prediction) {
  /**
   * Reads all plans from files and directories, in the given order.
   *
   * <p>The plans of a directory are read from the slowest to the fastest. If a directory has a
   * sub-directory {@code plans}, the plans are read from the sub-directory. The command {@code
   * perseus-analyze} writes its plans into such a sub-directory.
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

  /** Returns the name of the plan in the run, which is the name of its file. */
  public String name() {
    return file.getFileName().toString();
  }

  /**
   * Checks that the plan fits the pipeline, and converts the plan to the form that schedulers use.
   *
   * @throws perseus.io.UserError if the plan was made for another schedule, another number of ranks
   *     or another number of microbatches
   */
  public StagePlan fitting(PipelineSchedule schedule, int ranks, int microbatches) {
    plan.requireFits(file.toString(), schedule, ranks, microbatches);
    return StagePlan.of(name(), plan);
  }
}
