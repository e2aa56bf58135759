package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The time-energy frontier that a planner found: plans that GPUs can run, and the lower bound to
 * compare them with.
 *
 * <p>No plan of the frontier is beaten by another in both time and effective energy. Unlike the
 * {@link LowerBound}, which holds for every plan but need not be reached by any, these are plans
 * that exist.
 *
 * @param problem the planned problem
 * @param plans the plans, the slowest first
 * @param bound the lower bound L(T) of the problem
 * @param warnings notes about the plans for the user, one sentence each
 */
public record Frontier(
    PlanningProblem problem, List<Plan> plans, LowerBound bound, List<String> warnings) {
  /**
   * Sorts plans and drops those that another plan beats in time and effective energy.
   *
   * @param plans plans in any order
   */
  public static Frontier of(PlanningProblem problem, List<Plan> plans, LowerBound bound) {
    List<Plan> rising = new ArrayList<>(plans);
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
    return new Frontier(problem, List.copyOf(kept), bound, List.of());
  }

  /** This frontier with one more warning. */
  public Frontier withWarning(String sentence) {
    List<String> more = new ArrayList<>(warnings);
    more.add(sentence);
    return new Frontier(problem, plans, bound, List.copyOf(more));
  }

  /** The lower bound L(T) at a time T in seconds, in joules. */
  public double boundAt(double timeSeconds) {
    return bound.bound(timeSeconds);
  }

  /** The distance of a plan's energy above the lower bound, as a fraction of the bound. */
  public double gap(Plan plan) {
    double bound = boundAt(plan.timeSeconds());
    return (plan.energyJoules() - bound) / bound;
  }

  /** The plan with the shortest time. */
  public Plan fastest() {
    return plans.get(plans.size() - 1);
  }

  /** The plan with the minimum energy, if no pipeline waits for a straggler. */
  public Plan leastEnergy() {
    return plans.stream().min(Comparator.comparingDouble(Plan::energyJoules)).orElseThrow();
  }
}
