package perseus.planner;

import java.util.List;
import java.util.function.BiFunction;
import perseus.io.Named;
import perseus.planner.baseline.EnvPipePlanner;
import perseus.planner.baseline.ExponentialPlanner;
import perseus.planner.baseline.PerStagePlanner;
import perseus.planner.baseline.UniformPlanner;
import perseus.planner.perseus.PerseusPlanner;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** The planners by name. A new planner is one class and one entry here. */
public final class Planners {
  /** The exact frontier of the relaxed problem, rounded to frequencies that a GPU has. */
  public static final Planner PERSEUS = planner("perseus", "Perseus", PerseusPlanner::plan);

  /** One frequency for all operations, each frequency in turn. */
  public static final Planner UNIFORM =
      planner("uniform", "one frequency for all", UniformPlanner::plan);

  /** One frequency per stage, so that the stages' forwards take equally long. */
  public static final Planner PER_STAGE =
      planner("per-stage", "one frequency per stage", PerStagePlanner::plan);

  /** EnvPipe: low frequencies off the outer envelope, raised until the envelope is critical. */
  public static final Planner ENVPIPE = planner("envpipe", "EnvPipe", EnvPipePlanner::plan);

  /** The published planner's model: whole milliseconds and one fitted curve per computation. */
  public static final Planner EXPONENTIAL =
      planner("exponential", "exponential fit", ExponentialPlanner::plan);

  private static final List<Planner> ALL =
      List.of(PERSEUS, UNIFORM, PER_STAGE, ENVPIPE, EXPONENTIAL);

  private Planners() {}

  private static Planner planner(
      String name, String title, BiFunction<PlanningProblem, PlanRequest, Frontier> plan) {
    return new Planner() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String title() {
        return title;
      }

      @Override
      public Frontier plan(PlanningProblem problem, PlanRequest request) {
        return plan.apply(problem, request);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  /** All planners. */
  public static List<Planner> all() {
    return ALL;
  }

  /**
   * Finds a planner by its name, in any case.
   *
   * @throws perseus.io.UserError if no planner has this name
   */
  public static Planner of(String name) {
    return Named.findIgnoringCase("planner", name, ALL, Planner::name);
  }
}
