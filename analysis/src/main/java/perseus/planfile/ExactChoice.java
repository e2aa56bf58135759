package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * A plan that is made for a goal, where a {@link Goal} alone chooses among those that were made
 * before.
 *
 * @param frontier the plans that were made
 * @param catalog the same plans, with what is relative to all-max
 * @param entry the one that serves the goal best
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /** How finely the plans between two that exist are looked at where no time is known. */
  private static final int PARTS = 32;

  /**
   * Plans for a goal: for its time, where it has one, else for times all around the plan that
   * serves it best so far.
   *
   * @param catalog the plans that there are
   * @param problem what they are plans of
   * @throws perseus.io.UserError if no plan can serve the goal
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
      times.addAll(around(goal.choose(catalog), catalog));
    }
    Frontier frontier =
        Planners.of(catalog.planner())
            .plan(
                problem,
                new PlanRequest(1, times.stream().mapToDouble(Double::doubleValue).toArray()));
    PlanCatalog planned = catalog.withPlans(PlanDirectory.entries(frontier));
    return new ExactChoice(frontier, planned, goal.choose(planned));
  }

  /** Times from that of the next faster plan to that of the next slower. */
  private static List<Double> around(PlanCatalog.Entry chosen, PlanCatalog catalog) {
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
    for (int i = 0; i < PARTS; i++) {
      times.add(faster + (slower - faster) * i / PARTS);
    }
    return times;
  }
}
