package perseus.planner;

import java.util.ArrayList;
import java.util.List;

/**
 * The exact frontier of the relaxed problem ({@link FrontierSolver}), rounded to options ({@link
 * PlanRounding}).
 */
final class PerseusPlanner {
  private final PlanningProblem problem;
  private final ScaledCosts costs;

  PerseusPlanner(PlanningProblem problem) {
    this.problem = problem;
    this.costs = new ScaledCosts(problem);
  }

  /** The lower bound alone. */
  Frontier bound() {
    return new FrontierSolver(problem, costs)
        .solve(new double[0], (target, events, makespan) -> {});
  }

  PlannedFrontier plan(PlanRequest request) {
    Frontier bound = bound();
    double[] targets = request.targets(bound);
    double shortest = Plan.of(problem, j -> problem.options(j).option(0)).timeSeconds();
    PlanRounding rounding = new PlanRounding(problem, costs);
    List<Plan> plans = new ArrayList<>();
    new FrontierSolver(problem, costs)
        .solve(
            targets,
            (target, events, makespan) ->
                plans.add(rounding.round(events, makespan, Math.max(shortest, targets[target]))));
    return PlannedFrontier.of(problem, plans, bound);
  }
}
