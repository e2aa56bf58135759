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
 * A plan to replay.
 *
 * @param file where it is
 * @param plan what it says
 * @param prediction what it promises; null where the file does not say
 */
public record SavedPlan(Path file, FrequencyPlan plan, Prediction prediction) {
  /**
   * The plans of files and directories, in their order; a directory's from its slowest to its
   * fastest. A directory that {@code perseus-analyze} wrote stands for its {@code plans}.
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

  /** What the run calls it. */
  public String name() {
    return file.getFileName().toString();
  }

  /**
   * What to run.
   *
   * @throws perseus.io.UserError if the plan was made for another pipeline
   */
  public StagePlan fitting(PipelineSchedule schedule, int ranks, int microbatches) {
    plan.requireFits(file.toString(), schedule, ranks, microbatches);
    return StagePlan.of(name(), plan);
  }
}
