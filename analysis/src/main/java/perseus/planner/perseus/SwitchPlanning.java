package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import perseus.io.Progress;
import perseus.planner.problem.Effort;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing;
import perseus.planner.switching.ClockAnnealing.Cooling;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;

/**
 * Plans a problem in which changes of clock (GPU frequency) take time, for many iteration times.
 *
 * <p>Each plan that the search finds is a candidate for every target time that the plan keeps. The
 * search has three steps:
 *
 * <ol>
 *   <li>The search takes all known plans as candidates: the plans of the baselines, and the plans
 *       that ignore the time of changes. So no result is worse than a known plan.
 *   <li>For each target time, several searches ({@link ClockAnnealing}) start from plans of {@link
 *       SwitchBound}. These plans minimize energy at the prices of time of the lower bound, so the
 *       clocks of their ranks fit together.
 *   <li>In some rounds, each target time is searched again from its best plan and from the best
 *       plans of the next target times. So a good plan spreads along the frontier.
 * </ol>
 *
 * <p>If a problem has very few plans, all plans are evaluated instead, and the result is optimal.
 *
 * <p>The searches of one round run in parallel and do not see each other's results. So the result
 * does not depend on the number of processors. With K target times and n operations, planning takes
 * O(K) searches, and a move of a search takes at most O(n).
 */
final class SwitchPlanning {
  /** Maximum number of plans of a problem that is solved exactly. Limit for time and memory. */
  private static final int MAX_PLANS_TO_ENUMERATE = 10_000;

  /**
   * Iteration times whose lines give starts of a target time, as multiples of the target time. A
   * plan for a longer time is late at first, and often loses less energy when it becomes faster
   * than a plan with slack wastes.
   */
  private static final double[] START_TIMES = {1, 1.003, 1.01};

  /** Number of starts of a target time that are chosen by their energy and lateness. */
  private static final int RANKED_STARTS = 3;

  /** Price of lateness by which starts are ranked, as a multiple of the slope of the frontier. */
  private static final double RANKING_PRICE = 1.5;

  /** Number of moves of a search in a small problem. Limit for time. */
  private static final int MOST_MOVES = 12_000;

  /** Number of moves of a search in a large problem. Limit for time. */
  private static final int LEAST_MOVES = 5_000;

  /** Moves of a search multiplied by the operations, in problems of medium size. */
  private static final int MOVES_TIMES_OPERATIONS = 6_000_000;

  /** Number of target times from which on searches make fewer moves. Limit for time. */
  private static final int MANY_TARGETS = 250;

  /** Share of the target times, the shortest first, whose searches make more moves. */
  private static final double STEEP_SHARE = 0.05;

  /** Factor by which these searches make more moves. */
  private static final int STEEP_FACTOR = 5;

  /** Moves of a search in the second step, divided by the moves of a search in the third step. */
  private static final int SPREAD_SHARE = 4;

  /** First temperature of a search, as a multiple of the mean range of energies. */
  private static final double HOT = 0.05;

  /** Last temperature of a search, as a multiple of the mean range of energies. */
  private static final double COLD = 0.002;

  /** First price of lateness of a search, as a multiple of the slope of the frontier. */
  private static final double FIRST_PRICE = 2;

  /** Last price of lateness of a search, as a multiple of the slope of the frontier. */
  private static final double LAST_PRICE = 20;

  /** Share of a target time over which the slope of the frontier is measured. */
  private static final double SLOPE_STEP = 1e-3;

  /**
   * States how much is searched.
   *
   * @param moves number of moves of a search in the second step
   * @param rounds number of rounds of the third step
   */
  private record Amount(int moves, int rounds) {
    static Amount of(Effort effort, int operations, int targets) {
      int most = Math.max(LEAST_MOVES, Math.min(MOST_MOVES, MOVES_TIMES_OPERATIONS / operations));
      int moves = targets <= MANY_TARGETS ? most : Math.max(1, most * MANY_TARGETS / targets);
      return switch (effort) {
        case FAST -> new Amount(Math.max(1, moves / 5), 1);
        case DEFAULT -> new Amount(moves, 3);
        case BEST -> new Amount(5 * moves, 6);
      };
    }
  }

  private final PlanningProblem problem;
  private final ClockTables tables;
  private final LowerBound bound;
  private final Workers workers;
  private final Progress progress;
  private final Amount amount;
  private final double rangeJoules;

  /** The target times in seconds, in rising order. */
  private final double[] targets;

  /** {@code best[k]} is the best plan found for target time k; null if there is none. */
  private final Found[] best;

  /**
   * Prepares a search.
   *
   * @param bound a lower bound of the problem, whose slope is the price of time
   * @param targets target times in seconds, in any order
   */
  SwitchPlanning(
      PlanningProblem problem,
      LowerBound bound,
      double[] targets,
      Effort effort,
      Workers workers,
      Progress progress) {
    this.problem = problem;
    this.bound = bound;
    this.workers = workers;
    this.progress = progress;
    tables = new ClockTables(problem);
    rangeJoules = tables.meanRangeJoules();
    this.targets = Arrays.stream(targets).sorted().distinct().toArray();
    amount = Amount.of(effort, tables.operations(), this.targets.length);
    best = new Found[this.targets.length];
  }

  /**
   * Returns the best plan found for each target time, without duplicates.
   *
   * @param known known plans of the problem; at least one must keep the shortest target time
   * @param lines results of {@link SwitchBound} along the frontier, at least one
   */
  List<Plan> plan(List<Plan> known, List<SwitchBound.Line> lines) {
    known.forEach(plan -> keep(found(tables.settings(plan), plan)));
    List<int[]> every = tables.everyPlan(MAX_PLANS_TO_ENUMERATE);
    every.forEach(settings -> keep(found(settings)));
    if (every.isEmpty()) {
      searchFrom(lines);
      for (int round = 1; round <= amount.rounds; round++) {
        spread(round);
        progress.step("plans again (rounds)", round, amount.rounds);
      }
    }
    return Arrays.stream(best)
        .filter(Objects::nonNull)
        .distinct()
        .map(found -> tables.plan(found.settings()))
        .toList();
  }

  private Found found(int[] settings) {
    return found(settings, tables.plan(settings));
  }

  private static Found found(int[] settings, Plan plan) {
    return new Found(settings, plan.timeSeconds(), plan.effectiveEnergyJoules());
  }

  /** Searches every target time from plans of the lower bound. */
  private void searchFrom(List<SwitchBound.Line> lines) {
    List<Found> pool =
        lines.stream().flatMap(line -> line.plans().stream()).map(this::found).toList();
    List<Future<Found>> searches = new ArrayList<>();
    for (int k = 0; k < targets.length; k++) {
      int start = 0;
      for (int[] settings : starts(targets[k], lines, pool)) {
        searches.add(search(k, settings, moves(k), seed(0, k, start++)));
      }
    }
    keepAll(searches, progress);
  }

  /**
   * Returns the settings from which a target time is searched: the last plan of the highest lines
   * at this time and at slightly longer times, and the plans of all lines with the lowest energy if
   * lateness has a price.
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

  /** Searches every target time from its best plan and from those of the next target times. */
  private void spread(int round) {
    List<Future<Found>> searches = new ArrayList<>();
    for (int k = 0; k < targets.length; k++) {
      Set<Found> starts = new LinkedHashSet<>();
      starts.add(best[k]);
      starts.add(neighbour(k, -1));
      starts.add(neighbour(k, 1));
      starts.remove(null);
      int start = 0;
      for (Found found : starts) {
        int moves = moves(k) / SPREAD_SHARE;
        searches.add(search(k, found.settings(), moves, seed(round, k, start++)));
      }
    }
    keepAll(searches, Progress.NONE);
  }

  /** Returns the first different plan in one direction along the target times; null if none. */
  private Found neighbour(int target, int direction) {
    for (int k = target + direction; k >= 0 && k < targets.length; k += direction) {
      if (best[k] != best[target]) {
        return best[k];
      }
    }
    return null;
  }

  /** Returns the number of moves of a search for a target time in the second step. */
  private int moves(int target) {
    return target < STEEP_SHARE * targets.length ? STEEP_FACTOR * amount.moves : amount.moves;
  }

  private static long seed(int round, int target, int start) {
    return (round * 1_000_003L + target) * 1_000_003L + start;
  }

  private Future<Found> search(int target, int[] start, int moves, long seed) {
    double seconds = targets[target];
    double slope = slopeWatts(seconds);
    Cooling cooling =
        new Cooling(HOT * rangeJoules, COLD * rangeJoules, FIRST_PRICE, LAST_PRICE, moves);
    return workers.submit(
        () -> new ClockAnnealing(tables, start, seed).search(seconds, slope, cooling));
  }

  /**
   * Returns the effective energy in joules that one more second of iteration time saves, by the
   * lower bound.
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
        keep(found);
      }
    }
  }

  /** Keeps a plan for the target times at which no better plan is known. */
  private void keep(Found found) {
    int position = Arrays.binarySearch(targets, found.seconds());
    int k = position < 0 ? -position - 1 : position;
    while (k < targets.length && (best[k] == null || found.joules() < best[k].joules())) {
      best[k++] = found;
    }
  }
}
