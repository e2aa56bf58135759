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

/**
 * The planners by name.
 *
 * <p>A new planner is one class and one entry here. A library user can also implement {@link
 * Planner} without an entry.
 */
public final class Planners {
  /** This project's planner: the relaxed problem's frontier, rounded to measured frequencies. */
  public static final Planner PERSEUS = planner("perseus", "Perseus", PerseusPlanner::plan);

  /** One frequency for all operations; one plan for each frequency. */
  public static final Planner UNIFORM =
      planner("uniform", "one frequency for all", UniformPlanner::plan);

  /** One frequency for each stage, so that the forwards of all stages take about the same time. */
  public static final Planner PER_STAGE =
      planner("per-stage", "one frequency per stage", PerStagePlanner::plan);

  /** EnvPipe: lowers frequencies where the iteration does not take longer. */
  public static final Planner ENVPIPE = planner("envpipe", "EnvPipe", EnvPipePlanner::plan);

  /**
   * The published planner's model: times in whole milliseconds, one fitted curve per computation.
   */
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

  /** All planners, this project's first. */
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
