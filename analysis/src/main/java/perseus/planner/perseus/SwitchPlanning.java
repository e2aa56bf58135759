package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import perseus.io.Progress;
import perseus.planner.problem.Effort;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing;
import perseus.planner.switching.ClockAnnealing.Cooling;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockTables;

/**
 * Plans a problem in which changes of clock take time, for many iteration times together.
 *
 * <p>Every plan that is found counts for every target time that it keeps. So the plans of one
 * target are starts for the others. The search has three parts:
 *
 * <ol>
 *   <li>All known plans, such as those of the baselines and those that ignore the time of changes.
 *       So no result is worse than any of them.
 *   <li>Hot searches ({@link ClockAnnealing}) for some of the targets, the anchors, several for each.
 *       They forget their starts and find plans of another structure.
 *   <li>Rounds of cooler searches for all targets. Each starts at the best plans of the target and
 *       of its neighbours. So a good structure spreads along the frontier.
 * </ol>
 *
 * <p>The searches of a part run in parallel and do not see each other's results, so the result does
 * not depend on the number of processors.
 */
final class SwitchPlanning {
  /** Maximum number of plans of a problem that is solved exactly. Limit for time and memory. */
  private static final int MAX_PLANS_TO_ENUMERATE = 10_000;

  private final PlanningProblem problem;
  private final ClockTables tables;
  private final LowerBound bound;
  private final Workers workers;
  private final Progress progress;
  private final Settings settings;

  /** The target times in seconds, rising. */
  private final double[] targets;

  /** The best plan for each target so far; null if there is none. */
  private final Found[] best;

  /** How much is searched. */
  record Settings(int anchors, int restarts, Cooling hot, int rounds, Cooling warm) {
    static Settings of(Effort effort, double rangeJoules) {
      double h = Double.parseDouble(System.getProperty("hot", "0.5"));
      double c = Double.parseDouble(System.getProperty("cold", "0.002"));
      double wh = Double.parseDouble(System.getProperty("whot", "0.05"));
      double p1 = Double.parseDouble(System.getProperty("p1", "0.6"));
      double p2 = Double.parseDouble(System.getProperty("p2", "8"));
      double wp1 = Double.parseDouble(System.getProperty("wp1", "2"));
      return new Settings(
          Integer.getInteger("anchors", 20),
          Integer.getInteger("restarts", 3),
          new Cooling(h * rangeJoules, c * rangeJoules, p1, p2, Integer.getInteger("hotMoves", 100_000)),
          Integer.getInteger("rounds", 2),
          new Cooling(wh * rangeJoules, c * rangeJoules, wp1, p2, Integer.getInteger("warmMoves", 10_000)));
    }
  }

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
    settings = Settings.of(effort, tables.meanRangeJoules());
    this.targets = Arrays.stream(targets).sorted().distinct().toArray();
    best = new Found[this.targets.length];
  }

  /** Plans all targets, starting from plans that are known. */
  List<Plan> plan(List<Plan> known) {
    known.forEach(plan -> keep(tables.settings(plan), plan));
    List<int[]> every = tables.everyPlan(MAX_PLANS_TO_ENUMERATE);
    if (every.isEmpty()) {
      search();
    }
    every.forEach(plan -> keep(plan, tables.plan(plan)));
    return Arrays.stream(best)
        .filter(Objects::nonNull)
        .distinct()
        .map(found -> tables.plan(found.settings()))
        .toList();
  }

  private void keep(int[] chosen, Plan plan) {
    keep(new Found(chosen, plan.timeSeconds(), plan.effectiveEnergyJoules()));
  }

  private void search() {
    int[] anchors = anchors();
    List<Future<Found>> searches = new ArrayList<>();
    for (int target : anchors) {
      for (int restart = 0; restart < settings.restarts; restart++) {
        searches.add(search(target, tables.fastest(), settings.hot, seed(0, target, restart)));
      }
    }
    keepAll(searches);
    report("anchors");
    spread(anchors, 1);
    report("anchors spread");
    int[] all = IntStream.range(0, targets.length).toArray();
    for (int round = 0; round < settings.rounds; round++) {
      spread(all, 2 + round);
      report("round " + round);
    }
  }

  long t0 = System.nanoTime();
  void report(String n) {
    if (!Boolean.getBoolean("report")) return;
    double total = problem.totalBlockingWatts();
    double lo = Plan.allMax(problem).timeSeconds();
    StringBuilder b = new StringBuilder(String.format("%-15s %.2f s:", n, (System.nanoTime() - t0) / 1e9));
    for (double f : new double[] {1, 1.03, 1.06, 1.13, 1.25}) {
      int k = 0;
      while (k + 1 < targets.length && targets[k + 1] <= f * lo + 1e-9) k++;
      b.append(String.format(" %.2f: %.1f", f, best[k] == null ? -1 : best[k].joules() + total * targets[k]));
    }
    double sum = 0;
    for (int k = 0; k < targets.length; k++) if (best[k] != null) sum += best[k].joules() + total * targets[k];
    System.out.println(b + String.format(" mean %.2f", sum / targets.length));
  }

  /** The targets at which hot searches start: closer together where the frontier is steep. */
  private int[] anchors() {
    int last = targets.length - 1;
    return IntStream.range(0, settings.anchors)
        .map(
            i ->
                (int) Math.round(last * Math.pow((double) i / Math.max(1, settings.anchors - 1), 1.7)))
        .distinct()
        .toArray();
  }

  /** Searches some targets from their best plans and from those of their neighbours. */
  private void spread(int[] some, int round) {
    List<Future<Found>> searches = new ArrayList<>();
    for (int i = 0; i < some.length; i++) {
      Set<Found> starts = new LinkedHashSet<>();
      starts.add(best[some[i]]);
      starts.add(neighbour(some, i, -1));
      starts.add(neighbour(some, i, 1));
      int start = 0;
      for (Found found : starts) {
        if (found != null) {
          searches.add(
              search(some[i], found.settings(), settings.warm, seed(round, some[i], start++)));
        }
      }
    }
    keepAll(searches);
  }

  /** The next different plan in one direction. */
  private Found neighbour(int[] some, int i, int direction) {
    for (int k = i + direction; k >= 0 && k < some.length; k += direction) {
      if (best[some[k]] != best[some[i]]) {
        return best[some[k]];
      }
    }
    return null;
  }

  private static long seed(int round, int target, int start) {
    return (round * 1_000_003L + target) * 1_000_003L + start;
  }

  private Future<Found> search(int target, int[] start, Cooling cooling, long seed) {
    double seconds = targets[target];
    double slope = slopeWatts(seconds);
    return workers.submit(
        () -> new ClockAnnealing(tables, start, seed).search(seconds, slope, cooling));
  }

  /** The joules of effective energy that one second more saves, by the lower bound. */
  private double slopeWatts(double seconds) {
    double more = 1e-3 * seconds;
    return Math.max(0, (bound.bound(seconds) - bound.bound(seconds + more)) / more)
        + problem.totalBlockingWatts();
  }

  private void keepAll(List<Future<Found>> searches) {
    for (Found found : Workers.results(searches, progress)) {
      if (found != null) {
        keep(found);
      }
    }
  }

  /** Keeps a plan for the targets at which it is the best one. */
  private void keep(Found found) {
    int first = Arrays.binarySearch(targets, found.seconds());
    for (int k = first < 0 ? -first - 1 : first;
        k < targets.length && (best[k] == null || found.joules() < best[k].joules());
        k++) {
      best[k] = found;
    }
  }
}
