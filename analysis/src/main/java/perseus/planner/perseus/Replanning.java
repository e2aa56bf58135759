package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import perseus.io.Progress;
import perseus.planner.beam.BeamImprover;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Effort;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;

/**
 * Makes plans for a job that has plans already, for another profile or for further maximum
 * iteration times. The class takes less time than planning without earlier plans.
 *
 * <p><b>Problem.</b> The plans should be about as close to the lower bound as plans from a full
 * search, but few searches should run. The distance to the lower bound that a search would reach
 * can be estimated, because the distance changes slowly with the iteration time.
 *
 * <p><b>Method.</b>
 *
 * <ol>
 *   <li>An earlier plan is kept if its distance to the lower bound has hardly grown ({@link
 *       #SAME_GROWTH}).
 *   <li>The first round makes the missing plans for every {@value #FIRST_DISTANCE}th maximum
 *       iteration time.
 *   <li>Each later round halves the distance between maximum iteration times with plans. A search
 *       runs only if the earlier plan and a combination of the two nearest plans are too far above
 *       the lower bound ({@link #TOLERANCE}).
 * </ol>
 *
 * <p>The expected distance from a new plan to the lower bound is interpolated between the nearest
 * plans on both sides. Errors do not add up, because plans without a search never raise the
 * expected distance of other plans. For measured profiles, about a quarter of all maximum iteration
 * times needs a search.
 *
 * <p><b>Limits.</b> A full search can give better plans than this class (see {@code
 * docs/benchmarks.md}). The plans do not depend on the number of processors.
 */
final class Replanning {
  /**
   * Maximum increase of the distance from an earlier plan to the lower bound, as a fraction of the
   * bound, with which the plan is kept.
   */
  private static final double SAME_GROWTH = 3e-5;

  /**
   * Maximum difference between actual and expected distance to the lower bound of a plan without a
   * search, as a fraction of the bound. The benchmark {@code EarlierPlansBenchmark} measures the
   * effect of the tolerance. With 1.3 times the tolerance, a fifth of the searches is saved, but 4
   * of 204 plans are more than 0.02 % worse.
   */
  private static final double TOLERANCE = 1e-4;

  /**
   * Distance between the plans of the first round in the list of maximum iteration times; a power
   * of two.
   */
  private static final int FIRST_DISTANCE = 16;

  private final EarlierPlans earlier;
  private final RelaxedRounding rounding;
  private final BeamImprover beams;
  private final Effort effort;
  private final Workers workers;
  private final List<Target> targets = new ArrayList<>();
  private final Set<RoundedPlan> finished = ConcurrentHashMap.newKeySet();
  private final Map<RoundedPlan, Double> expectedGaps = new ConcurrentHashMap<>();

  /**
   * A maximum iteration time for which a plan is wanted.
   *
   * @param relaxed solution of the LP relaxation at the maximum iteration time
   * @param seconds latest end of the iteration in seconds
   */
  private record Target(RelaxedSolution relaxed, double seconds) {}

  /**
   * The nearest existing plans on both sides of a maximum iteration time, and the expected distance
   * to the lower bound between them.
   */
  private record Neighbours(RoundedPlan slower, RoundedPlan faster, double expectedGap) {}

  Replanning(
      EarlierPlans earlier,
      RelaxedRounding rounding,
      BeamImprover beams,
      Effort effort,
      Workers workers) {
    this.earlier = earlier;
    this.rounding = rounding;
    this.beams = beams;
    this.effort = effort;
    this.workers = workers;
  }

  /** Adds a maximum iteration time, which must be shorter than the times added before. */
  void add(RelaxedSolution relaxed, double seconds) {
    targets.add(new Target(relaxed, seconds));
  }

  boolean isFinished(RoundedPlan plan) {
    return finished.contains(plan);
  }

  /**
   * Makes one plan for each maximum iteration time, in the order of the maximum iteration times.
   */
  List<RoundedPlan> plans(Progress progress) {
    RoundedPlan[] plans = new RoundedPlan[targets.size()];
    List<Future<RoundedPlan>> kept = new ArrayList<>();
    targets.forEach(target -> kept.add(workers.submit(() -> keptPlan(target))));
    Workers.results(kept, Progress.NONE).toArray(plans);
    for (int distance = FIRST_DISTANCE; distance >= 1; distance /= 2) {
      List<Integer> missing = new ArrayList<>();
      for (int i = 0; i < plans.length; i++) {
        if (plans[i] == null && (i % distance == 0 || i == plans.length - 1)) {
          missing.add(i);
        }
      }
      List<Future<RoundedPlan>> made = new ArrayList<>();
      for (int i : missing) {
        Neighbours neighbours = neighbours(plans, i);
        made.add(workers.submit(() -> plan(targets.get(i), neighbours)));
      }
      List<RoundedPlan> results = Workers.results(made, Progress.NONE);
      for (int k = 0; k < results.size(); k++) {
        plans[missing.get(k)] = results.get(k);
      }
      progress.step("plans from earlier plans (rounds)", FIRST_DISTANCE / distance, FIRST_DISTANCE);
    }
    return List.of(plans);
  }

  /**
   * Returns the earlier plan for a maximum iteration time if its distance to the lower bound has
   * hardly grown, otherwise null.
   */
  private RoundedPlan keptPlan(Target target) {
    int best = earlier.bestWithin(target.seconds);
    RoundedPlan known = best == PlanningProblem.NONE ? null : known(target, best);
    if (known == null || known.gap() > Math.max(0, earlier.gaps().get(best)) + SAME_GROWTH) {
      return null;
    }
    finish(known);
    expectedGaps.put(known, known.gap());
    return known;
  }

  private RoundedPlan known(Target target, int plan) {
    return rounding.known(target.relaxed, earlier.plans().get(plan));
  }

  private void finish(RoundedPlan plan) {
    finished.add(plan);
    plan.forgetRelaxed();
  }

  /**
   * Returns the nearest plans on both sides of a maximum iteration time; null if one side has no
   * plan.
   */
  private Neighbours neighbours(RoundedPlan[] plans, int target) {
    RoundedPlan slower = nearest(plans, target, -1);
    RoundedPlan faster = nearest(plans, target, 1);
    if (slower == null || faster == null) {
      return null;
    }
    double ticks = Math.max(1, slower.deadline() - faster.deadline());
    double share = (targets.get(target).relaxed.makespan() - faster.deadline()) / ticks;
    return new Neighbours(
        slower, faster, share * expectedGaps.get(slower) + (1 - share) * expectedGaps.get(faster));
  }

  private static RoundedPlan nearest(RoundedPlan[] plans, int from, int step) {
    for (int i = from + step; i >= 0 && i < plans.length; i += step) {
      if (plans[i] != null) {
        return plans[i];
      }
    }
    return null;
  }

  private RoundedPlan plan(Target target, Neighbours neighbours) {
    int best = earlier.bestWithin(target.seconds);
    RoundedPlan plan = best == PlanningProblem.NONE ? null : known(target, best);
    double goodGap = 0;
    if (neighbours != null) {
      RoundedPlan joined =
          rounding.between(
              target.relaxed, neighbours.slower.choices(), neighbours.faster.choices());
      plan = better(plan, joined);
      goodGap = neighbours.expectedGap + TOLERANCE;
      if (plan.gap() <= goodGap) {
        expectedGaps.put(plan, Math.min(neighbours.expectedGap, plan.gap()));
        if (effort != Effort.BEST) {
          finish(plan);
        }
        return plan;
      }
    }
    plan = better(plan, rounding.round(target.relaxed));
    if (effort != Effort.FAST && plan.gap() > goodGap) {
      beams.improveQuickly(plan);
    }
    expectedGaps.put(plan, plan.gap());
    return plan;
  }

  private static RoundedPlan better(RoundedPlan known, RoundedPlan plan) {
    return known != null && known.gap() < plan.gap() ? known : plan;
  }
}
