package perseus.planner;

import perseus.extension.Extensions;
import perseus.io.UserError;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Checks the plans that an extension's planner returns. A wrong plan ends in an error message, so
 * that no wrong number reaches the user. The check of P plans takes O(P N K), for N operations with
 * K frequencies each.
 */
record CheckedPlanner(Planner planner) implements Planner {
  /**
   * Tolerance for rounding errors: the energy of a plan may be below the lower bound by this
   * fraction of the bound.
   */
  private static final double ROUNDING = 1e-6;

  @Override
  public String name() {
    return planner.name();
  }

  @Override
  public String title() {
    return planner.title();
  }

  @Override
  public Frontier plan(PlanningProblem problem, PlanRequest request) {
    Frontier frontier = planner.plan(problem, request);
    if (frontier.problem() != problem) {
      throw wrong("returned the frontier of another problem");
    }
    for (Plan plan : frontier.plans()) {
      if (plan.problem() != problem) {
        throw wrong("made a plan for another problem");
      }
      for (int j = 0; j < problem.dag().size(); j++) {
        if (!problem.options(j).measured().contains(plan.choice(j))) {
          throw wrong(
              "made a plan that runs %s in a way that was not measured"
                  .formatted(problem.dag().operations().get(j)));
        }
      }
      if (frontier.gap(plan) < -ROUNDING) {
        throw wrong(
            "claims a lower bound of %.6g J at %.6g s, but made a plan with %.6g J"
                .formatted(
                    frontier.boundAt(plan.timeSeconds()), plan.timeSeconds(), plan.energyJoules()));
      }
    }
    return frontier;
  }

  private UserError wrong(String fault) {
    return new UserError(
        "The planner %s (class %s) %s. Use another planner, or correct the extension."
            .formatted(name(), Extensions.origin(planner), fault));
  }
}
