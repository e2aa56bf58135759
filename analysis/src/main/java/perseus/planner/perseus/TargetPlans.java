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
 * Makes one plan for each maximum iteration time, but searches only for a part of the plans. Where
 * no search runs, the class combines the plans for two neighbouring iteration times. If the job has
 * plans already, the class uses these earlier plans too.
 *
 * <p><b>Problem.</b> The plans should be about as close to the lower bound as plans from a full
 * search, but few searches should run. Neighbouring plans show how close to the lower bound a
 * search would come. The reason is that the distance of plans to the lower bound changes slowly
 * with the iteration time.
 *
 * <p><b>Method.</b>
 *
 * <ol>
 *   <li>An earlier plan is kept if its distance to the lower bound has hardly grown ({@link
 *       #SAME_GROWTH}).
 *   <li>The first round makes the missing plans for every {@value #FIRST_DISTANCE}th maximum
 *       iteration time.
 *   <li>Each later round makes the plans in the middle between two plans of earlier rounds. The
 *       class first combines the two nearest plans ({@link RelaxedRounding#between}). A search runs
 *       only if the combined plan and the earlier plan are too far above the lower bound ({@link
 *       #TOLERANCE}).
 * </ol>
 *
 * <p>The expected distance from a new plan to the lower bound is interpolated between the nearest
 * plans on both sides. For measured profiles, a quarter to a half of all maximum iteration times
 * needs a search. {@link NeighbourJoins} and further searches then improve the plans of this class.
 *
 * <p>If there are few maximum iteration times, or few operations, every plan gets all short beam
 * searches of {@link BeamImprover}. The plans do not depend on the number of processors.
 */
final class TargetPlans {
  /**
   * An earlier plan is kept if its distance to the lower bound has grown by at most this fraction
   * of the bound.
   */
  private static final double SAME_GROWTH = 3e-5;

  /**
   * A new plan has an expected distance to the lower bound. A search follows if the real distance
   * of the plan is larger by more than this fraction of the bound. With a fifth of this value,
   * planning takes 1.1 to 1.3 times as long. Plans for GPT-3 175B with 0.5 % noise are then only
   * 0.001 to 0.002 % closer to the lower bound.
   */
  private static final double TOLERANCE = 5e-5;

  /**
   * The first round makes plans for every n-th maximum iteration time, where n is this power of
   * two.
   */
  private static final int FIRST_DISTANCE = 16;

  /**
   * If there are fewer maximum iteration times than this number, each plan gets a search, because
   * neighbouring iteration times are far apart.
   */
  private static final int MIN_TARGETS = 4 * FIRST_DISTANCE;

  private final EarlierPlans earlier;
  private final RelaxedRounding rounding;
  private final BeamImprover beams;
  private final Effort effort;
  private final Workers workers;
  private final boolean joins;
  private final List<Target> targets = new ArrayList<>();

  private final List<Future<RoundedPlan>> searched = new ArrayList<>();

  private final Set<RoundedPlan> kept = ConcurrentHashMap.newKeySet();
  private final Map<RoundedPlan, Double> expectedGaps = new ConcurrentHashMap<>();

  /**
   * Holds a maximum iteration time for which a plan is wanted.
   *
   * @param relaxed solution of the LP relaxation at the maximum iteration time
   * @param seconds latest end of the iteration in seconds
   */
  private record Target(RelaxedSolution relaxed, double seconds) {}

  /**
   * Holds the nearest existing plans on both sides of a maximum iteration time.
   *
   * @param expectedGap expected distance from the new plan to the lower bound, as a fraction of the
   *     bound
   */
  private record Neighbours(RoundedPlan slower, RoundedPlan faster, double expectedGap) {}

  /**
   * @param count number of maximum iteration times for which plans will be made
   */
  TargetPlans(
      EarlierPlans earlier,
      RelaxedRounding rounding,
      BeamImprover beams,
      Effort effort,
      int count,
      Workers workers) {
    this.earlier = earlier;
    this.rounding = rounding;
    this.beams = beams;
    this.effort = effort;
    this.workers = workers;
    joins =
        !earlier.isEmpty()
            || effort != Effort.FAST && beams.searchesQuickly() && count >= MIN_TARGETS;
  }

  /** Adds a maximum iteration time, which must be shorter than the times added before. */
  void add(RelaxedSolution relaxed, double seconds) {
    Target target = new Target(relaxed, seconds);
    if (joins) {
      targets.add(target);
    } else {
      searched.add(workers.submit(() -> searched(target)));
    }
  }

  /** Returns whether some plans are combinations of the plans for neighbouring iteration times. */
  boolean joins() {
    return joins;
  }

  /** Returns whether a plan is an earlier plan that was kept. */
  boolean isKept(RoundedPlan plan) {
    return kept.contains(plan);
  }

  /**
   * Makes one plan for each maximum iteration time, in the order of the maximum iteration times.
   */
  List<RoundedPlan> plans(Progress progress) {
    if (!joins) {
      return Workers.results(searched, progress);
    }
    RoundedPlan[] plans = new RoundedPlan[targets.size()];
    List<Future<RoundedPlan>> keptPlans = new ArrayList<>();
    targets.forEach(target -> keptPlans.add(workers.submit(() -> keptPlan(target))));
    Workers.results(keptPlans, Progress.NONE).toArray(plans);
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
      progress.step("plans (rounds)", FIRST_DISTANCE / distance, FIRST_DISTANCE);
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
    kept.add(known);
    known.forgetRelaxed();
    expectedGaps.put(known, known.gap());
    return known;
  }

  private RoundedPlan known(Target target, int plan) {
    return rounding.known(target.relaxed, earlier.plans().get(plan));
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
    double share =
        NeighbourJoins.shareOfSlower(targets.get(target).relaxed.makespan(), slower, faster);
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

  /** Rounds the solution of the LP relaxation, and runs the short beam searches. */
  private RoundedPlan searched(Target target) {
    RoundedPlan plan = rounding.round(target.relaxed);
    beams.improve(plan);
    forget(plan);
    return plan;
  }

  /**
   * Combines the two neighbouring plans, and searches only if the combined plan is worse than
   * expected.
   */
  private RoundedPlan plan(Target target, Neighbours neighbours) {
    int best = earlier.bestWithin(target.seconds);
    RoundedPlan plan = best == PlanningProblem.NONE ? null : known(target, best);
    double goodGap = 0;
    if (neighbours != null) {
      plan =
          better(
              plan,
              rounding.between(
                  target.relaxed, neighbours.slower.choices(), neighbours.faster.choices()));
      goodGap = neighbours.expectedGap + TOLERANCE;
      if (plan.gap() <= goodGap) {
        expectedGaps.put(plan, Math.min(neighbours.expectedGap, plan.gap()));
        forget(plan);
        return plan;
      }
    }
    plan = better(plan, rounding.round(target.relaxed));
    if (effort != Effort.FAST && plan.gap() > goodGap) {
      beams.improveQuickly(plan);
    }
    expectedGaps.put(plan, plan.gap());
    forget(plan);
    return plan;
  }

  /** Frees the memory of the solution of the LP relaxation if no further search needs it. */
  private void forget(RoundedPlan plan) {
    if (effort != Effort.BEST && !beams.mayImprove(plan)) {
      plan.forgetRelaxed();
    }
  }

  private static RoundedPlan better(RoundedPlan known, RoundedPlan plan) {
    return known != null && known.gap() < plan.gap() ? known : plan;
  }
}
