package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Makes new plans for a user's goal, and holds the best of these plans.
 *
 * <p>A {@link Goal} alone chooses only among existing plans. This class first makes new plans,
 * whose iteration times are near the time that the goal needs. The goal then chooses one of the new
 * plans.
 *
 * @param frontier the new plans and the lower bound on their energy
 * @param catalog the catalog of the new plans; all other values are equal to the values in the
 *     original catalog
 * @param entry the chosen plan, an entry of {@code catalog}
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /** Number of iteration times to try for a goal that does not determine the iteration time. */
  private static final int STEPS = 32;

  /**
   * Makes plans for a goal and chooses one of them.
   *
   * <p>If the goal is a deadline, a slowdown or a straggler, it determines the iteration time of
   * the plan. For any other goal, the method first finds the best existing plan, and then tries
   * iteration times near the time of this plan.
   *
   * @param catalog existing plans
   * @param problem problem that the existing plans solve
   * @throws perseus.io.UserError if no plan satisfies the goal
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
   * Returns the iteration times to try, in seconds. The result contains the time of {@code chosen},
   * the time of the next slower plan, and evenly spaced times between the next faster plan and the
   * next slower plan.
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
