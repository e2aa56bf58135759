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
 * Makes plans for a job that has plans already, for another profile or for further target times, in
 * a part of the time of new plans.
 *
 * <p><b>Problem.</b> A plan should have about the gap that a new plan would have (gap: energy above
 * the lower bound, as a fraction of the bound), but only few plans should be searched for. How
 * large the gap of a new plan would be is not known without the search. The gaps of plans of
 * neighbouring times tell it, because gaps change slowly along the frontier.
 *
 * <p><b>Method.</b>
 *
 * <ol>
 *   <li>An earlier plan whose gap has hardly grown ({@link #SAME_GROWTH}) is kept.
 *   <li>Of the other target times, every {@link #FIRST_DISTANCE}th is searched. Then the distance
 *       is halved again and again. The expected gap of a target time lies on the line between the
 *       expected gaps of the nearest plans on both sides. The earlier plan and the plan that joins
 *       the two nearest plans ({@link RelaxedRounding#between}) are tried. If neither is within
 *       {@link #TOLERANCE} of the expected gap, the target time is searched: a new rounding and one
 *       beam search in one direction of time. The expected gap of a searched plan is its gap.
 * </ol>
 *
 * <p>So searches gather where gaps change fast or where the bound is curved, as near the shortest
 * time. A plan that joins others never raises the expected gap, so errors do not add up from round
 * to round. With K target times, at most K searches are made; for measured profiles, a quarter of
 * them.
 *
 * <p><b>Limits.</b> The expected gap is no bound. Where new plans would be better than both of
 * their neighbours by chance, or where many expensive searches would improve them, they are closer
 * to the bound than the plans of this class: see {@code docs/benchmarks.md}. The result does not
 * depend on the number of processors.
 */
final class Replanning {
  /** Maximum growth of the gap of an earlier plan that is kept, as a fraction of the bound. */
  private static final double SAME_GROWTH = 3e-5;

  /**
   * Maximum gap of a plan without a search above the expected gap, as a fraction of the lower
   * bound. {@code EarlierPlansBenchmark} measures the effect: with 1.3 times this tolerance, a
   * fifth of the searches is saved, but 4 of 204 plans for a profile with 0.1 % noise are more than
   * 0.02 % worse than new ones instead of none.
   */
  private static final double TOLERANCE = 1e-4;

  /** Distance of the first target times that are searched; a power of two. */
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
   * A time for which a plan is wanted.
   *
   * @param relaxed solution of the relaxed problem at this time
   * @param seconds latest end of the iteration in seconds
   */
  private record Target(RelaxedSolution relaxed, double seconds) {}

  /** The nearest plans of a target time that exist already, and what they let expect. */
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

  /** Adds a target time. Target times are added in falling order. */
  void add(RelaxedSolution relaxed, double seconds) {
    targets.add(new Target(relaxed, seconds));
  }

  /** Returns whether a plan needs no further search. */
  boolean isFinished(RoundedPlan plan) {
    return finished.contains(plan);
  }

  /** Makes one plan for each target time, in the order of the target times. */
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

  /** Returns the earlier plan for a target time if its gap has hardly grown, otherwise null. */
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

  /** Returns the nearest plans of a target time; null if there is none on one of the two sides. */
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
