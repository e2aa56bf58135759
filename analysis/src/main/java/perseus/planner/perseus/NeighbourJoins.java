package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import perseus.io.Progress;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;

/**
 * Improves the plans for many maximum iteration times by combining a slower and a faster plan
 * ({@link RelaxedRounding#join}). A good plan that one search found improves the plans for the
 * iteration times around it. Combining two plans takes less computing time than a search.
 *
 * <p>The gap of a plan is its energy above the lower bound, as a fraction of the bound. The gap of
 * a combined plan is about the weighted mean of the gaps of the slower and the faster plan. Two
 * plans are combined only if the weighted mean of their gaps is below the gap of the plan between
 * them. Two plans are not combined again before one of the two has changed.
 *
 * <p>Each plan is compared first with the combination of its two nearest neighbours, and then with
 * the combination of the second nearest neighbours. The plans do not depend on the number of
 * processors.
 */
final class NeighbourJoins {
  /**
   * Distances from a plan to the two plans that are combined, in positions of the list of plans.
   */
  private static final int[] DISTANCES = {1, 2};

  /** Maximum number of rounds; later rounds improve only few plans. */
  private static final int MAX_ROUNDS = 3;

  private final List<RoundedPlan> plans;
  private final Predicate<RoundedPlan> fixed;
  private final RelaxedRounding rounding;
  private final Workers workers;

  private final double[][] slowerGaps;

  private final double[][] fasterGaps;

  /**
   * @param plans plans for all maximum iteration times, the slowest first
   * @param fixed returns whether a plan must stay as it is
   */
  NeighbourJoins(
      List<RoundedPlan> plans,
      Predicate<RoundedPlan> fixed,
      RelaxedRounding rounding,
      Workers workers) {
    this.plans = plans;
    this.fixed = fixed;
    this.rounding = rounding;
    this.workers = workers;
    slowerGaps = new double[DISTANCES.length][plans.size()];
    fasterGaps = new double[DISTANCES.length][plans.size()];
    for (double[] gaps : slowerGaps) {
      Arrays.fill(gaps, Double.NaN);
    }
  }

  /** Improves plans until a round improves no plan, but runs at most {@link #MAX_ROUNDS} rounds. */
  void improve() {
    boolean improved = true;
    for (int round = 0; round < MAX_ROUNDS && improved; round++) {
      improved = false;
      for (int d = 0; d < DISTANCES.length; d++) {
        improved |= join(d);
      }
    }
  }

  private record Join(RoundedPlan plan, int[] choices) {}

  private boolean join(int d) {
    int distance = DISTANCES[d];
    List<Future<Join>> joins = new ArrayList<>();
    for (int i = distance; i < plans.size() - distance; i++) {
      RoundedPlan plan = plans.get(i);
      RoundedPlan slower = plans.get(i - distance);
      RoundedPlan faster = plans.get(i + distance);
      boolean isNew = slowerGaps[d][i] != slower.gap() || fasterGaps[d][i] != faster.gap();
      if (!isNew || fixed.test(plan) || plan.gap() <= meanGap(plan, slower, faster)) {
        continue;
      }
      slowerGaps[d][i] = slower.gap();
      fasterGaps[d][i] = faster.gap();
      joins.add(
          workers.submit(
              () ->
                  new Join(
                      plan, rounding.join(plan.deadline(), slower.choices(), faster.choices()))));
    }
    boolean improved = false;
    for (Join join : Workers.results(joins, Progress.NONE)) {
      double before = join.plan.gap();
      join.plan.replaceIfBetter(join.choices);
      improved |= join.plan.gap() < before;
    }
    return improved;
  }

  /**
   * Returns the weight (0 to 1) of the slower plan with which the weighted mean of the two
   * deadlines is {@code deadline}.
   */
  static double shareOfSlower(double deadline, RoundedPlan slower, RoundedPlan faster) {
    double ticks = Math.max(1, slower.deadline() - faster.deadline());
    return (deadline - faster.deadline()) / ticks;
  }

  private static double meanGap(RoundedPlan plan, RoundedPlan slower, RoundedPlan faster) {
    double share = shareOfSlower(plan.deadline(), slower, faster);
    return share * slower.gap() + (1 - share) * faster.gap();
  }
}
