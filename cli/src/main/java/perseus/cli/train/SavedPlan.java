package perseus.cli.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.control.StagePlan;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.FrequencyPlan;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planfile.Prediction;

/**
 * Holds a saved frequency plan under which a training run will execute iterations.
 *
 * @param file path of the plan file
 * @param plan the plan in the plan file
 * @param prediction predicted iteration time and energy from the plan file; null if the file
 *     contains no prediction
 */
public record SavedPlan(Path file, FrequencyPlan plan, Prediction prediction) {
  /**
   * Reads all plans from the files and directories {@code paths}, in the order of {@code paths}.
   *
   * <p>The plans of a directory are read from the slowest to the fastest. The command {@code
   * perseus-analyze} writes plans into a sub-directory {@code plans}. If a directory has a
   * sub-directory {@code plans}, the plans are read from this sub-directory.
   *
   * @throws perseus.io.UserError if a plan file cannot be read or does not contain a plan, or if
   *     the plans were not made from the profile in the same directory
   */
  public static List<SavedPlan> list(List<Path> paths) {
    List<SavedPlan> plans = new ArrayList<>();
    for (Path path : paths) {
      Path out = PlannedProblem.directoryOfPlans(path);
      if (out != null) {
        PlannedProblem.requireOwnProfile(out);
      }
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

  /**
   * Returns the name of this plan in the results of the run. The name of a plan is the name of its
   * plan file.
   */
  public String name() {
    return file.getFileName().toString();
  }

  /**
   * Checks that this plan was made for the pipeline of the job, and converts the plan to the form
   * that schedulers use.
   *
   * @throws perseus.io.UserError if the plan was made for another pipeline schedule, another number
   *     of ranks or another number of microbatches
   */
  public StagePlan fitting(PipelineSchedule schedule, int ranks, int microbatches) {
    plan.requireFits(file.toString(), schedule, ranks, microbatches);
    return StagePlan.of(file, plan);
  }
}
