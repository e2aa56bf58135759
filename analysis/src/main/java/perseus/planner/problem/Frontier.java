package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A planner's answer: plans in falling order of time, none of which another beats in both time and
 * effective energy, and the bound that no plan can beat.
 *
 * @param problem what was planned
 * @param plans the plans, the slowest first
 * @param bound the lower bound L(T)
 * @param warnings what a user should know about the plans, a sentence each
 */
public record Frontier(
    PlanningProblem problem, List<Plan> plans, LowerBound bound, List<String> warnings) {
  /** Orders plans and drops those that another plan makes pointless. */
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

  /** L at a time, in joules. */
  public double boundAt(double timeSeconds) {
    return bound.bound(timeSeconds);
  }

  /** How much of its bound a plan costs beyond it. */
  public double gap(Plan plan) {
    double bound = boundAt(plan.timeSeconds());
    return (plan.energyJoules() - bound) / bound;
  }

  /** The plan of shortest time. */
  public Plan fastest() {
    return plans.get(plans.size() - 1);
  }

  /** The plan of least energy when nobody waits for a straggler. */
  public Plan leastEnergy() {
    return plans.stream().min(Comparator.comparingDouble(Plan::energyJoules)).orElseThrow();
  }
}
