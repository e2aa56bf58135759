package perseus.planner.problem;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds plans that were made earlier for the same job, perhaps from another profile. A planner uses
 * an earlier plan again if its distance to the lower bound has grown only slightly since the plan
 * was made.
 *
 * @param plans the earlier plans, with the times and energies of the present problem
 * @param gaps for each plan, the distance from the lower bound to its energy when the plan was
 *     made, as a fraction of the bound
 */
public record EarlierPlans(List<Plan> plans, List<Double> gaps) {
  /** Stands for no earlier plans. */
  public static final EarlierPlans NONE = new EarlierPlans(List.of(), List.of());

  /**
   * Fraction by which a new search may exceed the iteration time of an earlier plan, because times
   * are rounded to integers.
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
   * profile.
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
   * Returns the mean increase of the distances from the lower bound to the energies of the plans
   * since the plans were made. The increase is a fraction of the bound.
   *
   * @param bound lower bound on the energy of plans of the present problem
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
   * Returns the iteration times of the plans in the present problem, in seconds. Each returned time
   * is longer than the time of its plan by a factor of 1 + 1e-9. Without this margin, rounding
   * could make the plan too slow for the returned time.
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
