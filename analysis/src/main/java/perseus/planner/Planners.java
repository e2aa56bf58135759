package perseus.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import perseus.extension.Registry;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.planner.baseline.EnvPipePlanner;
import perseus.planner.baseline.ExponentialPlanner;
import perseus.planner.baseline.PerStagePlanner;
import perseus.planner.baseline.UniformPlanner;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.perseus.PerseusPlanner;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Lists all planners, and finds a planner by its name.
 *
 * <p>A new planner needs one class and one constant in this class. Outside this project, a planner
 * is an extension: see {@link Registry}.
 */
public final class Planners {
  /**
   * Perseus is this project's planner. Perseus first chooses a duration for each operation, so that
   * the energy is minimal. The duration may lie anywhere between the times at the fastest and at
   * the slowest frequency. Perseus then replaces each duration by the time of a measured frequency.
   */
  public static final Planner PERSEUS = planner("perseus", "Perseus", Planners::planPerseus);

  /**
   * The uniform planner runs all operations at one frequency, and makes one plan for each
   * frequency.
   */
  public static final Planner UNIFORM =
      baseline("uniform", "one frequency for all", UniformPlanner::plan);

  /**
   * The per-stage planner chooses one frequency for each stage, so that the forward computations of
   * all stages take about equally long.
   */
  public static final Planner PER_STAGE =
      baseline("per-stage", "one frequency per stage", PerStagePlanner::plan);

  /** EnvPipe lowers frequencies only where a lower frequency does not make the iteration longer. */
  public static final Planner ENVPIPE = baseline("envpipe", "EnvPipe", EnvPipePlanner::plan);

  /**
   * The exponential planner uses the model of the published Perseus planner. The model has times in
   * whole milliseconds, and one fitted exponential curve for each kind of computation.
   */
  public static final Planner EXPONENTIAL =
      baseline("exponential", "exponential fit", ExponentialPlanner::plan);

  private static final List<Planner> BUILT_IN =
      List.of(PERSEUS, UNIFORM, PER_STAGE, ENVPIPE, EXPONENTIAL);

  private static final Registry<Planner> REGISTRY =
      Registry.of("planner", Planner.class, Planner::name, BUILT_IN);

  private Planners() {}

  /**
   * Makes a baseline: a planner that others published, with which Perseus is compared. If clock
   * changes take time, the lower bound takes this time into account.
   */
  private static Planner baseline(
      String name, String title, BiFunction<PlanningProblem, PlanRequest, Frontier> plan) {
    return planner(
        name,
        title,
        (problem, request) ->
            plan.apply(
                problem,
                problem.switchCost().isZero()
                    ? request
                    : request.withBound(lowerBound(problem, request))));
  }

  /**
   * Returns the lower bound of the request, or computes the bound if the request has none. If clock
   * changes take time, the bound takes this time into account. For large problems, the computation
   * can take several seconds.
   */
  public static LowerBound lowerBound(PlanningProblem problem, PlanRequest request) {
    return request.bound() != null || problem.switchCost().isZero()
        ? LowerBoundSolver.bound(problem, request)
        : PerseusPlanner.boundWithSwitchCost(problem);
  }

  /**
   * If clock changes take time, or if clocks must be held for a minimum time, the search starts
   * from the plans of the other planners. For every maximum iteration time, the plan of Perseus is
   * at least as good as the best of these plans.
   */
  private static Frontier planPerseus(PlanningProblem problem, PlanRequest request) {
    List<Plan> starts = new ArrayList<>();
    if (!problem.clocksAreFree()) {
      PlanRequest quiet =
          new PlanRequest(request.plans(), request.times(), request.effort(), Progress.NONE)
              .withBound(LowerBoundSolver.bound(problem, request));
      // If there are earlier plans, the exponential planner is left out. That planner takes long,
      // and its plans are worse than the earlier plans.
      for (Planner other :
          request.earlier().isEmpty()
              ? List.of(UNIFORM, PER_STAGE, ENVPIPE, EXPONENTIAL)
              : List.of(UNIFORM, PER_STAGE, ENVPIPE)) {
        try {
          starts.addAll(other.plan(problem, quiet).plans());
        } catch (UserError e) {
        }
      }
    }
    return PerseusPlanner.plan(problem, request, starts);
  }

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

  /**
   * Returns all planners. The first returned planner is Perseus, this project's planner.
   *
   * @throws UserError if an extension with a planner cannot be used
   */
  public static List<Planner> all() {
    return REGISTRY.all().stream().map(Planners::checked).toList();
  }

  /**
   * Finds a planner by its name. The name may be in upper or lower case.
   *
   * @throws UserError if no planner has this name, or if an extension with a planner cannot be used
   */
  public static Planner of(String name) {
    return checked(REGISTRY.namedIgnoringCase(name));
  }

  private static Planner checked(Planner planner) {
    return BUILT_IN.contains(planner) ? planner : new CheckedPlanner(planner);
  }
}
