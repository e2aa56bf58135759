package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * The best plan for a goal, made by planning again.
 *
 * <p>A {@link Goal} alone chooses among existing plans. This class makes new plans around the time
 * that the goal needs, and lets the goal choose among those.
 *
 * @param frontier the new plans
 * @param catalog the new plans with the figures of the original catalog
 * @param entry the chosen plan of {@code catalog}
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /** Number of times that are tried between the next faster and the next slower existing plan. */
  private static final int STEPS = 32;

  /**
   * Makes plans for a goal and chooses one of them.
   *
   * <p>A deadline, a slowdown and a straggler determine the time of the plan. For the other goals,
   * times around the best existing plan are tried.
   *
   * @param catalog existing plans
   * @param problem problem that these plans solve
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

  /** Returns times in seconds from the next faster plan's to the next slower plan's. */
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
