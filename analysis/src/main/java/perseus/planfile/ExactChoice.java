package perseus.planfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import perseus.io.UserError;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Makes new plans for a user's goal (such as a deadline), and holds the plan that is best for the
 * goal.
 *
 * <p>If the goal states an iteration time, one new plan is made for this time. Other new plans have
 * iteration times near the best existing plan for the goal. The chosen plan is one of the new plans
 * or of the existing plans, so it is never worse than the best existing plan.
 *
 * @param frontier the new plans, the existing plan that is best for the goal, and the lower bound
 *     on the energy of any plan
 * @param catalog the catalog of plans, in which the plans of {@code frontier} replace the existing
 *     plans
 * @param entry description of the chosen plan, which is one of the plans in {@code catalog}
 */
public record ExactChoice(Frontier frontier, PlanCatalog catalog, PlanCatalog.Entry entry) {
  /** Number of evenly spaced iteration times near an existing plan for which plans are made. */
  private static final int STEPS = 32;

  /**
   * Makes new plans for a goal and chooses one of the new plans or of the existing plans.
   *
   * <p>If the goal states an iteration time, one new plan has the iteration time of the goal. Some
   * new plans have iteration times near the best existing plan. If no existing plan keeps the limit
   * of the goal, one existing plan is the closest to the limit. New plans then have iteration times
   * near this plan.
   *
   * @param planned the existing plans, and the problem that they solve
   * @throws perseus.io.UserError if no plan keeps the limit of the goal, or if the file of the best
   *     existing plan cannot be read
   */
  public static ExactChoice of(Goal goal, PlannedProblem planned) {
    PlanCatalog catalog = planned.catalog();
    PlanningProblem problem = planned.problem();
    Optional<PlanCatalog.Entry> existing = existing(goal, catalog);
    List<Double> times = new ArrayList<>();
    goalSeconds(goal, catalog).ifPresent(times::add);
    existing
        .or(() -> closest(goal, catalog))
        .ifPresent(entry -> times.addAll(timesAround(entry, catalog)));
    Frontier made =
        Planners.of(catalog.planner())
            .plan(
                problem,
                new PlanRequest(1, times.stream().mapToDouble(Double::doubleValue).toArray()));
    List<Plan> plans = new ArrayList<>(made.plans());
    existing.ifPresent(
        entry -> plans.add(PlanFile.predict(planned.planFile(entry.number()), problem)));
    Frontier frontier = Frontier.of(problem, plans, made.bound());
    PlanCatalog candidates = catalog.withPlans(PlanDirectory.entries(frontier));
    return new ExactChoice(frontier, candidates, goal.choose(candidates));
  }

  /** Returns the existing plan that is best for a goal; empty if no plan keeps the goal's limit. */
  private static Optional<PlanCatalog.Entry> existing(Goal goal, PlanCatalog catalog) {
    try {
      return Optional.of(goal.choose(catalog));
    } catch (UserError e) {
      return Optional.empty();
    }
  }

  /** Returns the iteration time in seconds that a goal states; empty if the goal states no time. */
  private static OptionalDouble goalSeconds(Goal goal, PlanCatalog catalog) {
    if (goal instanceof Goal.Deadline deadline) {
      return OptionalDouble.of(deadline.seconds());
    }
    if (goal instanceof Goal.Slowdown slowdown) {
      return OptionalDouble.of(slowdown.factor() * catalog.allMax().timeS());
    }
    if (goal instanceof Goal.Straggler straggler) {
      return OptionalDouble.of(
          Math.min(
              straggler.degree() * catalog.allMax().timeS(), catalog.leastEffectiveEnergyTimeS()));
    }
    return OptionalDouble.empty();
  }

  /** Returns the existing plan that is closest to the goal's limit of energy or power. */
  private static Optional<PlanCatalog.Entry> closest(Goal goal, PlanCatalog catalog) {
    if (goal instanceof Goal.EnergyBudget) {
      return Optional.of(new Goal.LeastEnergy().choose(catalog));
    }
    return goal instanceof Goal.PowerCap
        ? catalog.plans().stream().min(Comparator.comparingDouble(Goal.PowerCap::meanWatts))
        : Optional.empty();
  }

  /**
   * Returns the iteration times in seconds for which new plans are made. The times lie between the
   * next faster and the next slower plan than {@code chosen}.
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
