package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Makes new plans for a user's goal (such as a deadline), and holds the new plan that is best for
 * the goal.
 *
 * <p>A {@link Goal} alone chooses only among existing plans. This class first makes new plans. The
 * iteration times of the new plans are near the iteration time that the goal needs. After the new
 * plans are made, the goal chooses one of them.
 *
 * @param frontier frontier with the new plans that were made for the goal; the frontier also
 *     contains the lower bound on the energy of any plan
 * @param catalog copy of the catalog of existing plans. The copy lists the new plans instead of the
 *     existing plans. All other values in the copy are unchanged.
 * @param entry description of the new plan that the goal chose; one of the plans in {@code catalog}
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /**
   * If the goal does not determine the iteration time, plans are made for this number of evenly
   * spaced iteration times.
   */
  private static final int STEPS = 32;

  /**
   * Makes new plans for a goal and chooses one of the new plans.
   *
   * <p>If the goal is a deadline, a slowdown or a straggler (a slower pipeline that this pipeline
   * waits for), the goal determines the iteration time of the new plan. If the goal does not
   * determine the iteration time, the method finds the best existing plan. The iteration times of
   * the new plans are then near the iteration time of the best existing plan.
   *
   * @param catalog catalog of the existing plans
   * @param problem planning problem that the existing plans solve
   * @throws perseus.io.UserError if no plan keeps the limit of the goal
   */
  public static ExactChoice of(Goal goal, PlanCatalog catalog, PlanningProblem problem) {
    List<Double> times = new ArrayList<>();
    if (goal instanceof Goal.Deadline deadline) {
      times.add(deadline.seconds());
    } else if (goal instanceof Goal.Slowdown slowdown) {
      times.add(slowdown.factor() * catalog.allMax().timeS());
    } else if (goal instanceof Goal.Straggler straggler) {
      times.add(
          Math.min(
              straggler.degree() * catalog.allMax().timeS(), catalog.leastEffectiveEnergyTimeS()));
    } else {
      times.addAll(timesAround(goal.choose(catalog), catalog));
    }
    Frontier frontier =
        Planners.of(catalog.planner())
            .plan(
                problem,
                new PlanRequest(1, times.stream().mapToDouble(Double::doubleValue).toArray()));
    PlanCatalog planned = catalog.withPlans(PlanDirectory.entries(frontier));
    return new ExactChoice(frontier, planned, goal.choose(planned));
  }

  /**
   * Returns the iteration times in seconds for which new plans are made. The method returns the
   * time of the plan {@code chosen} and the time of the next slower plan. The method also returns
   * evenly spaced times between the time of the next faster plan and the time of the next slower
   * plan.
   */
  private static List<Double> timesAround(PlanCatalog.Entry chosen, PlanCatalog catalog) {
    double faster = chosen.timeS();
    double slower = chosen.timeS();
    for (PlanCatalog.Entry plan : catalog.plans()) {
      double time = plan.timeS();
      if (time < chosen.timeS() && (faster == chosen.timeS() || time > faster)) {
        faster = time;
      }
      if (time > chosen.timeS() && (slower == chosen.timeS() || time < slower)) {
        slower = time;
      }
    }
    List<Double> times = new ArrayList<>(List.of(chosen.timeS(), slower));
    for (int i = 0; i < STEPS; i++) {
      times.add(faster + (slower - faster) * i / STEPS);
    }
    return times;
  }
}
