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
 * <p>A {@link Goal} alone chooses only among existing plans. This class first makes new plans,
 * whose iteration times are near the iteration time that the goal needs. After the new plans are
 * made, the goal chooses one of them.
 *
 * @param frontier the new plans that were made for the goal, and the lower bound on the energy of
 *     any plan
 * @param catalog copy of the catalog of existing plans that lists the new plans instead; all other
 *     values are unchanged
 * @param entry the new plan that the goal chose, an entry of {@code catalog}
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /**
   * Number of evenly spaced iteration times for which plans are made if the goal does not determine
   * the iteration time.
   */
  private static final int STEPS = 32;

  /**
   * Makes new plans for a goal and chooses one of the new plans.
   *
   * <p>If the goal is a deadline, a slowdown or a straggler (a slower pipeline that this pipeline
   * waits for), it determines the iteration time of the plan. For any goal that does not determine
   * the iteration time, the method finds the best existing plan, and makes plans whose iteration
   * times are near the time of this existing plan.
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
   * Returns the iteration times in seconds for which new plans are made. The returned iteration
   * times are the time of {@code chosen}, the time of the next slower plan, and evenly spaced times
   * between the next faster plan and the next slower plan.
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
