package perseus.planfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perseus.io.UserError;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

/**
 * Reads the plans of a directory, from which a planner can start when it makes new plans for the
 * same job.
 */
public final class EarlierDirectory {
  private EarlierDirectory() {}

  /**
   * Reads all plans of a directory, and computes their times and energies from the profile of
   * {@code problem}. The plans and {@code problem} must be of the same job. A job has one model,
   * schedule, number of stages and number of microbatches.
   *
   * @param problem planning problem for which new plans will be made, for example a problem with a
   *     new profile
   * @param model name of the model in the profile of {@code problem}; null if it is unknown
   * @throws UserError if the plans are of another job, if a plan has a frequency that the problem
   *     lacks, or if a file cannot be read
   */
  public static EarlierPlans read(Path directory, PlanningProblem problem, String model) {
    PlanCatalog catalog = PlanCatalog.read(directory);
    require(directory, "number of stages", catalog.stages(), problem.dag().stages());
    require(directory, "number of microbatches", catalog.microbatches(), problem.microbatches());
    require(directory, "schedule", catalog.schedule(), problem.schedule().name());
    Optional<String> earlier = PlannedProblem.model(directory);
    if (model != null && earlier.isPresent()) {
      require(directory, "model", earlier.get(), model);
    }
    List<Plan> plans = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    for (PlanCatalog.Entry entry : catalog.plans()) {
      plans.add(PlanFile.predict(entry.planFile(directory), problem));
      gaps.add(entry.gap());
    }
    return new EarlierPlans(plans, gaps);
  }

  private static void require(Path directory, String what, Object earlier, Object present) {
    if (!present.equals(earlier)) {
      throw new UserError(
          "The plans in %s are for another job: their %s is %s, but this job's is %s; leave out --from."
              .formatted(directory, what, earlier, present));
    }
  }
}
