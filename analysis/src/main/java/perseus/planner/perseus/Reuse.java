package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;

/**
 * Decides which plans of an earlier planning are used again. An earlier plan needs no further
 * search if its gap to the lower bound has grown by at most {@link #MAX_GROWTH} since it was made.
 * Otherwise the earlier plan is one more start for the search.
 */
final class Reuse {
  /** Maximum growth of a reused plan's gap, as a fraction of the lower bound. */
  static final double MAX_GROWTH = 1.5e-4;

  private final EarlierPlans earlier;
  private final RelaxedRounding rounding;
  private final Set<RoundedPlan> reused = ConcurrentHashMap.newKeySet();

  Reuse(EarlierPlans earlier, RelaxedRounding rounding) {
    this.earlier = earlier;
    this.rounding = rounding;
  }

  /**
   * Returns the rounded plan for a relaxed solution: an earlier plan, or a new plan. The new plan
   * is not worse than any earlier plan.
   *
   * @param seconds latest end of the iteration in seconds
   */
  RoundedPlan round(RelaxedSolution solution, double seconds) {
    int best = earlier.bestWithin(seconds);
    RoundedPlan known =
        best == PlanningProblem.NONE ? null : rounding.known(solution, earlier.plans().get(best));
    if (known != null && known.gap() <= Math.max(0, earlier.gaps().get(best)) + MAX_GROWTH) {
      reused.add(known);
      known.forgetRelaxed();
      return known;
    }
    RoundedPlan plan = rounding.round(solution);
    if (known != null) {
      plan.replaceIfBetter(known.choices());
      rounding.exchange(plan);
      if (plan.gap() <= Math.max(0, earlier.gaps().get(best)) + MAX_GROWTH) {
        reused.add(plan);
        plan.forgetRelaxed();
      }
    }
    return plan;
  }

  /** Returns whether a plan is an earlier plan that needs no further search. */
  boolean isReused(RoundedPlan plan) {
    return reused.contains(plan);
  }

  /** Returns the plans that need further search, in the same order. */
  List<RoundedPlan> others(List<RoundedPlan> plans) {
    List<RoundedPlan> others = new ArrayList<>(plans);
    others.removeIf(this::isReused);
    return others;
  }
}
