package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import perseus.io.Interruption;
import perseus.io.Progress;
import perseus.planner.problem.Effort;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockOrder;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;

/**
 * Improves the plans of small problems by branch and bound ({@link ClockBeam}).
 *
 * <p>The search for a target time (maximum iteration time) first allows all settings (frequencies)
 * of all operations. If this search dropped partial plans because of its width (maximum number of
 * partial plans at a step), one further search follows for each pair of ranks. The further search
 * changes only the settings of the two ranks. A better plan often makes one rank slower and another
 * rank faster, and a search of two ranks drops fewer partial plans.
 *
 * <p>The class runs several rounds of searches. Each round keeps more partial plans than the
 * previous round. A round searches for plans for those target times whose best plans are farthest
 * above their lower bounds. If a plan is proved to be optimal, later rounds skip its target time. A
 * budget of partial plans limits the total work. The result does not depend on the number of
 * processors.
 */
final class SmallPlanning {
  /** Number of partial plans that a search keeps at each step in the first round. */
  private static final int FIRST_WIDTH = 60;

  /** Number of partial plans that a search keeps at each step in the last round. */
  private static final int LAST_WIDTH = 16_000;

  /** Factor by which the number of partial plans grows from round to round. */
  private static final int GROWTH = 4;

  /**
   * Maximum number of partial plans that all searches together make with the default effort, if
   * changes of clock (GPU frequency) take time. The number limits the computing time.
   */
  private static final double BUDGET = 12e6;

  /**
   * Maximum number of partial plans that all searches together make with the default effort, if
   * changes of clock (GPU frequency) take no time. This number is smaller than {@link #BUDGET},
   * because here the plans are better before the search: they come from beam searches of all
   * operations.
   */
  private static final double FREE_BUDGET = 3e6;

  /** Factor by which the best effort increases the budget (maximum number of partial plans). */
  private static final double BEST_FACTOR = 20;

  /**
   * The gap of a plan is the distance from the lower bound to the plan's energy, as a fraction of
   * this energy. A plan is not searched again if its gap is at most this value.
   */
  private static final double SMALL_GAP = 3e-4;

  /**
   * First estimate of the work (number of partial plans) of all searches for one target time
   * (maximum iteration time). The estimate is this factor times the work of one search that may
   * change all operations.
   */
  private static final double FIRST_ESTIMATE = 1.5;

  private final ClockTables tables;
  private final ClockOrder order;
  private final List<SwitchBound.Line> lines;
  private final double blockingWatts;
  private final BestPlans plans;
  private final Workers workers;
  private final boolean[] optimal;
  private double budget;

  /** Holds the result of the searches for one target time (maximum iteration time). */
  private record Result(Found found, boolean optimal, long work) {}

  /**
   * Prepares the searches.
   *
   * @param lines straight lower bounds on the effective energy (energy minus the energy of waiting
   *     for the same time), for several makespans; at least one
   * @param blockingWatts power in watts of all GPUs of the pipeline while they wait
   * @param plans known plans; receives better plans
   */
  SmallPlanning(
      ClockTables tables,
      List<SwitchBound.Line> lines,
      double blockingWatts,
      BestPlans plans,
      Effort effort,
      Workers workers) {
    this.tables = tables;
    this.lines = lines;
    this.blockingWatts = blockingWatts;
    this.plans = plans;
    this.workers = workers;
    order = new ClockOrder(tables);
    optimal = new boolean[plans.size()];
    double standard = tables.changesTakeTime() ? BUDGET : FREE_BUDGET;
    budget =
        switch (effort) {
          case FAST -> 0;
          case DEFAULT -> standard;
          case BEST -> BEST_FACTOR * standard;
        };
  }

  /**
   * Runs rounds of searches until the budget is spent, or until all plans are close to their lower
   * bounds.
   */
  void improve(Progress progress) {
    double unit = FIRST_ESTIMATE * tables.operations() * tables.meanSettings();
    for (int width = FIRST_WIDTH; width <= LAST_WIDTH; width *= GROWTH) {
      int[] targets =
          IntStream.range(0, plans.size())
              .filter(k -> plans.best(k) != null && !optimal[k] && gap(k) > SMALL_GAP)
              .boxed()
              .sorted(Comparator.comparingDouble(this::gap).reversed())
              .limit((long) (Math.max(0, budget) / (unit * width)))
              .mapToInt(Integer::intValue)
              .toArray();
      if (targets.length == 0) {
        return;
      }
      double before = budget;
      search(targets, width);
      unit = (before - budget) / targets.length / width;
      progress.step("small problem (partial plans kept)", width, LAST_WIDTH);
    }
  }

  private void search(int[] targets, int width) {
    List<Future<Result>> searches = new ArrayList<>();
    for (int k : targets) {
      Found known = plans.best(k);
      double seconds = plans.target(k);
      SwitchBound.Line line = highest(seconds);
      searches.add(workers.submit(() -> search(known, seconds, line, width)));
    }
    List<Result> results = Workers.results(searches, Progress.NONE);
    for (int i = 0; i < targets.length; i++) {
      Result result = results.get(i);
      plans.keep(result.found);
      optimal[targets[i]] = result.optimal;
      budget -= result.work;
    }
  }

  private Result search(Found known, double seconds, SwitchBound.Line line, int width) {
    ClockBeam beam = new ClockBeam(tables, order, line.flow(), seconds, width);
    boolean[] free = new boolean[tables.operations()];
    Arrays.fill(free, true);
    Found best = better(beam.search(known.settings(), known.joules(), free), known);
    boolean complete = beam.isComplete();
    int ranks = tables.ranks();
    for (int a = 0; a < ranks && !complete; a++) {
      for (int b = a + 1; b < ranks; b++) {
        Interruption.check();
        Arrays.fill(free, false);
        tables.mark(a, free);
        tables.mark(b, free);
        best = better(beam.search(best.settings(), best.joules(), free), best);
      }
    }
    return new Result(best, complete, beam.work());
  }

  private static Found better(Found found, Found known) {
    return found == null ? known : found;
  }

  private SwitchBound.Line highest(double seconds) {
    ToDoubleFunction<SwitchBound.Line> height = line -> line.line().at(seconds);
    return lines.stream().max(Comparator.comparingDouble(height)).orElseThrow();
  }

  /**
   * Returns the gap of the best plan for target time k (maximum iteration time): the distance from
   * the lower bound to the plan's energy, as a fraction of this energy.
   */
  private double gap(int k) {
    double seconds = plans.target(k);
    double joules = plans.best(k).joules();
    double bound = highest(seconds).line().at(seconds);
    return (joules - bound) / (joules + blockingWatts * seconds);
  }
}
