package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import perseus.io.Progress;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockDwell;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.Cooling;
import perseus.planner.switching.SwitchBound;

/**
 * Plans a problem in which clock changes take time, for many maximum iteration times.
 *
 * <p>Every plan that is found is a candidate for all maximum iteration times that it meets. The
 * search has three steps:
 *
 * <ol>
 *   <li>All known plans become candidates: the plans of the baselines, and the plans that ignore
 *       the time of clock changes. The result is never worse than a known plan.
 *   <li>For each maximum iteration time, several searches ({@link ClockAnnealing}) start from plans
 *       of {@link SwitchBound}. These start plans minimize the sum of energy and price of time.
 *   <li>In several rounds, searches start from the best plans of the same and of the neighbouring
 *       maximum iteration times. A good plan for one time also improves the plans for neighbouring
 *       times.
 * </ol>
 *
 * <p>If plans must hold each clock for a minimum time, {@link ClockDwell} first adapts the start
 * plans of the searches.
 *
 * <p>If a problem has at most {@value #MAX_PLANS_TO_ENUMERATE} plans, the class evaluates all
 * plans, and the result is optimal. The searches of one round run in parallel and do not use each
 * other's results. The result does not depend on the number of processors. With K maximum iteration
 * times and n operations, planning takes O(K) searches, and each move of a search takes at most
 * O(n).
 */
final class SwitchPlanning {
  /** If a problem has at most this number of plans, the class evaluates all plans. */
  static final int MAX_PLANS_TO_ENUMERATE = 10_000;

  /**
   * Iteration times for which {@link SwitchBound} gives the start plans, divided by the maximum
   * iteration time. A search that starts from a plan that is slightly too slow often finds a plan
   * with less energy.
   */
  private static final double[] START_TIMES = {1, 1.003, 1.01};

  /**
   * Number of start plans that are chosen by their sum of energy and price of lateness. The plans
   * with the lowest sums are chosen.
   */
  private static final int RANKED_STARTS = 3;

  /**
   * Cost of each second by which a start plan is late, divided by the energy that one more second
   * of iteration time saves.
   */
  private static final double RANKING_PRICE = 1.5;

  /**
   * Increase of the iteration time with which {@link #slopeWatts} computes the saved energy, as a
   * fraction of the iteration time.
   */
  private static final double SLOPE_STEP = 1e-3;

  /**
   * The gap of a plan is its energy above the lower bound, as a fraction of the bound. The first
   * round skips a plan if its gap has grown by at most this number since the earlier plan was made.
   */
  private static final double MAX_GROWTH = 1.5e-4;

  /** Like {@link #MAX_GROWTH}, for all rounds after the first one. */
  private static final double LARGE_GROWTH = 5e-4;

  /**
   * An earlier plan that is faster than the maximum iteration time by more than this fraction was
   * made for another maximum iteration time.
   */
  private static final double SAME_TIME = 1e-6;

  private final PlanningProblem problem;
  private final ClockTables tables;
  private final ClockDwell dwell;
  private final LowerBound bound;
  private final Workers workers;
  private final Progress progress;
  private final PlanRequest request;
  private final EarlierPlans earlier;
  private final SwitchEffort effort;

  private final BestPlans plans;

  /** Plans from which searches may start, besides the plans that {@link SwitchBound} found. */
  private final List<Found> otherStarts = new ArrayList<>();

  /**
   * @param bound a lower bound of the problem; its slope is the energy that one more second saves
   * @param targets maximum iteration times in seconds, in any order
   */
  SwitchPlanning(
      PlanningProblem problem,
      LowerBound bound,
      double[] targets,
      PlanRequest request,
      Workers workers) {
    this.problem = problem;
    this.bound = bound;
    this.workers = workers;
    progress = request.progress();
    earlier = request.earlier();
    tables = new ClockTables(problem);
    dwell = new ClockDwell(problem, tables);
    plans = new BestPlans(targets);
    this.request = request;
    effort = new SwitchEffort(request.effort(), problem, tables, plans.size());
  }

  /**
   * Returns the best plan that was found for each maximum iteration time, without duplicates.
   *
   * @param known known plans that hold each clock for the minimum time; at least one must meet the
   *     shortest maximum iteration time
   * @param lines straight lower bounds of {@link SwitchBound} for several iteration times; at least
   *     one
   */
  List<Plan> plan(List<Plan> known, List<SwitchBound.Line> lines) {
    for (Plan plan : known) {
      Found found = BestPlans.found(tables, tables.settings(plan));
      plans.keep(found);
      if (problem.minDwellSeconds() > 0) {
        otherStarts.add(found);
      }
    }
    List<int[]> every = tables.everyPlan(MAX_PLANS_TO_ENUMERATE);
    every.stream()
        .filter(settings -> tables.plan(settings).holdsClocks())
        .forEach(settings -> plans.keep(BestPlans.found(tables, settings)));
    if (every.isEmpty()) {
      List<SwitchBound.Line> starts = new HeldClocks(problem, workers).lines(lines);
      if (!earlier.isEmpty()) {
        spread(0, MAX_GROWTH);
      }
      searchFrom(starts, LARGE_GROWTH);
      for (int round = 1; round <= effort.rounds(); round++) {
        spread(round, earlier.isEmpty() ? MAX_GROWTH : LARGE_GROWTH);
        progress.step("better plans (rounds)", round, effort.rounds());
      }
      if (ClockBeam.isSmall(tables)) {
        SmallPlanning small =
            new SmallPlanning(
                tables,
                dwell,
                lines,
                problem.totalBlockingWatts(),
                plans,
                request.effort(),
                workers);
        small.improveFirst(request.times(), progress);
        small.improve(progress);
      }
    }
    return plans.all().stream().map(found -> tables.plan(found.settings())).toList();
  }

  /**
   * Searches from the plans of {@link SwitchBound}, for every maximum iteration time that needs a
   * search ({@link #isGood}).
   */
  private void searchFrom(List<SwitchBound.Line> lines, double maxGrowth) {
    List<Found> pool = new ArrayList<>(otherStarts);
    for (SwitchBound.Line line : lines) {
      line.plans().forEach(plan -> pool.add(BestPlans.found(tables, plan)));
    }
    List<Future<Found>> searches = new ArrayList<>();
    for (int k = 0; k < plans.size(); k++) {
      if (isGood(k, maxGrowth)) {
        continue;
      }
      int start = 0;
      for (int[] settings : starts(plans.target(k), lines, pool)) {
        searches.add(search(k, settings, effort.fromBound(k), seed(0, k, start++)));
      }
    }
    keepAll(searches, progress);
  }

  /**
   * Returns the start plans of the searches: plans of {@link SwitchBound}, and plans with the
   * lowest sum of energy and price of lateness.
   */
  private Set<int[]> starts(double seconds, List<SwitchBound.Line> lines, List<Found> pool) {
    Set<int[]> starts = new LinkedHashSet<>();
    for (double longer : START_TIMES) {
      ToDoubleFunction<SwitchBound.Line> height = line -> line.line().at(longer * seconds);
      SwitchBound.Line highest =
          lines.stream().max(Comparator.comparingDouble(height)).orElseThrow();
      starts.add(highest.plans().get(highest.plans().size() - 1));
    }
    double watts = RANKING_PRICE * slopeWatts(seconds);
    ToDoubleFunction<Found> cost =
        found -> found.joules() + watts * Math.max(0, found.seconds() - seconds);
    pool.stream()
        .sorted(Comparator.comparingDouble(cost))
        .limit(RANKED_STARTS)
        .forEach(found -> starts.add(found.settings()));
    return starts;
  }

  /**
   * Returns whether the best plan is about as close to the lower bound as an earlier plan for the
   * same maximum iteration time.
   *
   * @param maxGrowth maximum increase of the distance to the lower bound, as a fraction of the
   *     bound
   */
  private boolean isGood(int k, double maxGrowth) {
    Found best = plans.best(k);
    int before = earlier.bestWithin(plans.target(k));
    if (best == null
        || before == PlanningProblem.NONE
        || earlier.plans().get(before).timeSeconds() < (1 - SAME_TIME) * plans.target(k)) {
      return false;
    }
    double least = bound.bound(best.seconds());
    double joules = best.joules() + problem.totalBlockingWatts() * best.seconds();
    return (joules - least) / least <= Math.max(0, earlier.gaps().get(before)) + maxGrowth;
  }

  /**
   * Searches from the best plans for the same and for neighbouring times, for every maximum
   * iteration time that needs a search ({@link #isGood}).
   */
  private void spread(int round, double maxGrowth) {
    List<Future<Found>> searches = new ArrayList<>();
    for (int k = 0; k < plans.size(); k++) {
      if (isGood(k, maxGrowth)) {
        continue;
      }
      Set<Found> starts = new LinkedHashSet<>();
      starts.add(plans.best(k));
      starts.add(plans.neighbour(k, -1));
      starts.add(plans.neighbour(k, 1));
      starts.remove(null);
      int start = 0;
      for (Found found : starts) {
        searches.add(search(k, found.settings(), effort.fromNeighbour(k), seed(round, k, start++)));
      }
    }
    keepAll(searches, Progress.NONE);
  }

  private static long seed(int round, int target, int start) {
    return (round * 1_000_003L + target) * 1_000_003L + start;
  }

  private Future<Found> search(int target, int[] start, Cooling cooling, long seed) {
    double seconds = plans.target(target);
    double slope = slopeWatts(seconds);
    return workers.submit(
        () -> new ClockAnnealing(tables, dwell, start, seed).search(seconds, slope, cooling));
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time), in joules,
   * that one more second of iteration time saves.
   */
  private double slopeWatts(double seconds) {
    double more = SLOPE_STEP * seconds;
    return Math.max(0, (bound.bound(seconds) - bound.bound(seconds + more)) / more)
        + problem.totalBlockingWatts();
  }

  private void keepAll(List<Future<Found>> searches, Progress shown) {
    Progress named = (work, done, total) -> shown.step("plans with changes of clock", done, total);
    for (Found found : Workers.results(searches, named)) {
      if (found != null) {
        plans.keep(found);
      }
    }
  }
}
