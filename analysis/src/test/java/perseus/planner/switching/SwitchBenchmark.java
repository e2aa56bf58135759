package perseus.planner.switching;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import perseus.planner.Planner;
import perseus.planner.PlannerBenchmark;
import perseus.planner.Planners;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.profile.StageProfile;

/**
 * Measures the energy of plans in which clock changes take time, and the time of planning.
 *
 * <p>Each row of the table is for one iteration time. Iteration times are multiples of the
 * iteration time of all-max (every operation at the highest frequency). The row shows the energy in
 * percent that three plans save against all-max. The three plans take at most the iteration time of
 * the row. One is the planner's plan, one is the best plan of a baseline, and one is the best plan
 * of long searches. A long search runs simulated annealing for the iteration time of the row only.
 * The search starts from the fastest plan, and runs once for each seed. The last two columns
 * compare the energy of the planner's plan with the energy of the long search and with the lower
 * bound. The columns show the difference in percent.
 *
 * <p>{@code java -cp
 * "analysis/target/classes:analysis/target/test-classes:analysis-cli/target/lib/*"
 * perseus.planner.switching.SwitchBenchmark PROFILE.csv BLOCKING_WATTS SWITCH_SECONDS MOVES SEEDS
 * MICROBATCHES...}
 */
public final class SwitchBenchmark {
  private static final double[] SLOWDOWNS = {1, 1.03, 1.06, 1.13, 1.25};
  private static final double HOT_JOULES = 5;
  private static final double COLD_JOULES = 0.02;
  private static final double PRICE = 4;

  private SwitchBenchmark() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    StageProfile profile = StageProfile.read(Path.of(arguments[0]));
    double blockingWatts = Double.parseDouble(arguments[1]);
    double switchSeconds = Double.parseDouble(arguments[2]);
    int moves = Integer.parseInt(arguments[3]);
    int seeds = Integer.parseInt(arguments[4]);
    System.out.println(
        "| microbatches | planning (s) | time / all-max | planner | best baseline | long search | above the long search | above the bound |");
    System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (int i = 5; i < arguments.length; i++) {
      PlanningProblem free =
          PlannerBenchmark.problem(profile, Integer.parseInt(arguments[i]), blockingWatts);
      rows(free, free.withSwitchCost(switchSeconds), moves, seeds);
    }
  }

  private static void rows(PlanningProblem free, PlanningProblem problem, int moves, int seeds) {
    long start = System.nanoTime();
    Frontier frontier = Planners.PERSEUS.plan(problem);
    double seconds = (System.nanoTime() - start) / 1e9;
    Plan allMax = Plan.allMax(problem);
    LowerBound bound = LowerBoundSolver.bound(free);
    PlanRequest request = PlanRequest.standard().withBound(bound);
    List<Plan> baselines =
        Planners.all().stream()
            .filter(planner -> planner != Planners.PERSEUS)
            .flatMap((Planner planner) -> planner.plan(problem, request).plans().stream())
            .toList();
    for (double slowdown : SLOWDOWNS) {
      // The limit is the iteration time of one of the planner's own plans. All planners are
      // compared at this limit.
      Plan plan = slowestWithin(frontier.plans(), slowdown * allMax.timeSeconds() * (1 + 1e-12));
      double latest = plan.timeSeconds();
      double longSearch = longSearch(problem, bound, latest, moves, seeds);
      System.out.printf(
          Locale.ROOT,
          "| %d | %.1f | %.4f | %s | %s | %s | %.2f %% | %.2f %% |%n",
          problem.microbatches(),
          seconds,
          latest / allMax.timeSeconds(),
          saved(plan.energyJoules(), allMax),
          saved(best(baselines, latest) + problem.totalBlockingWatts() * latest, allMax),
          saved(longSearch, allMax),
          100 * (plan.energyJoules() / longSearch - 1),
          100 * frontier.gap(plan));
    }
  }

  private static String saved(double joules, Plan allMax) {
    return Double.isInfinite(joules)
        ? "none"
        : String.format(Locale.ROOT, "%.2f %%", 100 * (1 - joules / allMax.energyJoules()));
  }

  private static Plan slowestWithin(List<Plan> plans, double seconds) {
    return plans.stream().filter(plan -> plan.timeSeconds() <= seconds).findFirst().orElseThrow();
  }

  private static double best(List<Plan> plans, double seconds) {
    return plans.stream()
        .filter(plan -> plan.timeSeconds() <= seconds)
        .mapToDouble(Plan::effectiveEnergyJoules)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Returns the energy in joules of the best plan of several long searches. */
  private static double longSearch(
      PlanningProblem problem, LowerBound bound, double latest, int moves, int seeds) {
    ClockTables tables = new ClockTables(problem);
    double slope =
        (bound.bound(latest) - bound.bound(1.001 * latest)) / (0.001 * latest)
            + problem.totalBlockingWatts();
    double best = Double.POSITIVE_INFINITY;
    for (int seed = 0; seed < seeds; seed++) {
      Found found =
          new ClockAnnealing(tables, new ClockDwell(problem, tables), tables.fastest(), seed)
              .search(latest, slope, new Cooling(HOT_JOULES, COLD_JOULES, PRICE, PRICE, moves));
      best = found == null ? best : Math.min(best, found.joules());
    }
    return best + problem.totalBlockingWatts() * latest;
  }
}
