package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import perseus.io.UserError;

/**
 * Holds the result of a planner: plans for a range of iteration times, and a lower bound on the
 * energy of all plans.
 *
 * <p>Each plan of the frontier has less effective energy (energy minus the energy of waiting for
 * the same time) than every faster plan.
 *
 * @param problem the planning problem that the plans solve
 * @param plans the plans, the slowest first
 * @param bound the lower bound on the energy of plans in joules
 * @param warnings notes about the plans for the user, one sentence each
 */
public record Frontier(
    PlanningProblem problem, List<Plan> plans, LowerBound bound, List<String> warnings) {
  public Frontier {
    plans = List.copyOf(plans);
    warnings = List.copyOf(warnings);
    if (plans.isEmpty()) {
      throw new IllegalArgumentException("A frontier needs at least one plan.");
    }
  }

  /**
   * Makes a frontier from the plans that a planner found. The frontier omits a plan if another plan
   * is at least as fast and has at most the same effective energy. Effective energy is energy minus
   * the energy of waiting. The frontier also omits plans that hold a clock for a shorter time than
   * the problem demands.
   *
   * @param plans plans in any order
   * @throws UserError if every plan holds a clock for too short a time
   */
  public static Frontier of(PlanningProblem problem, List<Plan> plans, LowerBound bound) {
    List<Plan> rising = new ArrayList<>(plans);
    rising.removeIf(plan -> !plan.holdsClocks());
    if (rising.isEmpty() && !plans.isEmpty()) {
      throw new UserError(
          "No plan of this planner holds each clock (frequency) for %s s; demand a shorter time, or use another planner."
              .formatted(problem.minDwellSeconds()));
    }
    rising.sort(
        Comparator.comparingDouble(Plan::timeSeconds)
            .thenComparingDouble(Plan::effectiveEnergyJoules));
    List<Plan> kept = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (Plan plan : rising) {
      if (plan.effectiveEnergyJoules() < least) {
        kept.add(0, plan);
        least = plan.effectiveEnergyJoules();
      }
    }
    return new Frontier(problem, kept, bound, List.of());
  }

  /** Returns a copy of this frontier with one more warning. */
  public Frontier withWarning(String sentence) {
    List<String> more = new ArrayList<>(warnings);
    more.add(sentence);
    return new Frontier(problem, plans, bound, more);
  }

  /**
   * Returns the lower bound L(T) on the energy of plans, in joules, at an iteration time T in
   * seconds.
   */
  public double boundAt(double timeSeconds) {
    return bound.bound(timeSeconds);
  }

  /**
   * Returns the distance from the lower bound up to a plan's energy at the plan's time, as a
   * fraction of the bound.
   */
  public double gap(Plan plan) {
    double bound = boundAt(plan.timeSeconds());
    return (plan.energyJoules() - bound) / bound;
  }

  /** Returns the plan of the frontier with the shortest iteration time. */
  public Plan fastest() {
    return plans.get(plans.size() - 1);
  }

  /** Returns the plan of the frontier with the minimum energy of one iteration. */
  public Plan leastEnergy() {
    return plans.stream().min(Comparator.comparingDouble(Plan::energyJoules)).orElseThrow();
  }
}
