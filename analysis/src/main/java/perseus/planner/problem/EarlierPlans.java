package perseus.planner.problem;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds plans that were made earlier for the same job, perhaps from another profile. A planner uses
 * an earlier plan again if the gap of the plan has grown only slightly since the plan was made.
 *
 * <p>The gap of a plan is its energy above the lower bound, as a fraction of the bound. For
 * example, the gap of a plan of 1010 J is 0.01 if the lower bound is 1000 J.
 *
 * @param plans the earlier plans; {@link #in} computes their times and energies for another problem
 * @param gaps gap of each plan when the plan was made
 */
public record EarlierPlans(List<Plan> plans, List<Double> gaps) {
  /** Stands for no earlier plans. */
  public static final EarlierPlans NONE = new EarlierPlans(List.of(), List.of());

  /**
   * Margin that {@link #times} adds to each iteration time, as a fraction of the iteration time.
   */
  private static final double ROUNDING = 1e-9;

  /**
   * @throws IllegalArgumentException if {@code plans} and {@code gaps} do not have equally many
   *     elements
   */
  public EarlierPlans {
    plans = List.copyOf(plans);
    gaps = List.copyOf(gaps);
    if (plans.size() != gaps.size()) {
      throw new IllegalArgumentException("there must be one gap for each plan");
    }
  }

  /** Returns the plans of a frontier (the plans of a planner) as the start of a later search. */
  public static EarlierPlans of(Frontier frontier) {
    return new EarlierPlans(
        frontier.plans(), frontier.plans().stream().map(frontier::gap).toList());
  }

  /**
   * Returns the same plans for another problem of the same job, for example a problem with a new
   * profile. The returned plans have the times and energies of the other problem, but their old
   * gaps.
   *
   * @throws perseus.io.UserError if the profile of the other problem lacks a row that a plan uses
   */
  public EarlierPlans in(PlanningProblem other) {
    return new EarlierPlans(plans.stream().map(plan -> plan.in(other)).toList(), gaps);
  }

  public boolean isEmpty() {
    return plans.isEmpty();
  }

  /**
   * Returns the mean increase of the gaps since the plans were made. For example, the result is
   * 0.002 if every gap grew from 0.001 to 0.003.
   *
   * @param bound the lower bound from which the new gaps are computed
   * @throws IllegalArgumentException if there are no earlier plans
   */
  public double meanGrowth(LowerBound bound) {
    return IntStream.range(0, plans.size())
        .mapToDouble(
            i -> {
              double least = bound.bound(plans.get(i).timeSeconds());
              return (plans.get(i).energyJoules() - least) / least - gaps.get(i);
            })
        .average()
        .orElseThrow(IllegalArgumentException::new);
  }

  /**
   * Returns a maximum iteration time for each plan in seconds: the time of the plan, multiplied by
   * 1 + 1e-9. Without this margin, rounding errors could make the plan slower than its maximum.
   */
  public double[] times() {
    return plans.stream().mapToDouble(plan -> plan.timeSeconds() * (1 + ROUNDING)).toArray();
  }

  /**
   * Returns the index of the best plan that takes at most {@code seconds}; {@link
   * PlanningProblem#NONE} if every plan takes longer.
   */
  public int bestWithin(double seconds) {
    int best = PlanningProblem.NONE;
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      if (plan.timeSeconds() <= seconds
          && (best == PlanningProblem.NONE
              || plan.effectiveEnergyJoules() < plans.get(best).effectiveEnergyJoules())) {
        best = i;
      }
    }
    return best;
  }
}
