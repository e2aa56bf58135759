package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.io.Interruption;
import perseus.io.Progress;
import perseus.planner.problem.Effort;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockDwell;
import perseus.planner.switching.ClockOrder;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;

/**
 * Improves the plans of small problems by branch and bound ({@link ClockBeam}).
 *
 * <p>The first search for a maximum iteration time may change the frequencies of all operations. If
 * the first search drops partial plans because of its beam width, further searches change only two
 * ranks at a time. A better plan often makes one rank slower and another rank faster.
 *
 * <p>The class runs several rounds of searches, with a larger beam width in each round. Each round
 * improves the plans that are farthest above the lower bound. Plans that are proved to be optimal
 * are not searched again. The total number of partial plans (frequencies of the first operations)
 * is limited, to limit the running time. The result does not depend on the number of processors.
 */
final class SmallPlanning {
  /** Beam width of the searches in the first round. */
  private static final int FIRST_WIDTH = 60;

  /** Beam width of the searches in the last round. */
  private static final int LAST_WIDTH = 16_000;

  /** Factor by which the beam width grows from round to round. */
  private static final int GROWTH = 4;

  /**
   * Maximum number of partial plans (frequencies of the first operations) that all searches make
   * together. The value is for the default effort, if clock changes take time.
   */
  private static final double BUDGET = 12e6;

  /**
   * Maximum number of partial plans that all searches make together with the default effort, if
   * clock changes take no time. The number is small, because beam searches of all operations have
   * already improved the plans.
   */
  private static final double FREE_BUDGET = 3e6;

  /** Factor by which the best effort increases the maximum number of partial plans. */
  private static final double BEST_FACTOR = 20;

  /**
   * A plan is not searched again if its energy is above the lower bound by at most this fraction of
   * its energy.
   */
  private static final double SMALL_GAP = 3e-4;

  /**
   * Estimated work of all searches for one maximum iteration time, divided by the work of one
   * search that may change all operations.
   */
  private static final double FIRST_ESTIMATE = 1.5;

  /**
   * Maximum fraction of all partial plans (frequencies of the first operations) that {@link
   * #improveFirst} may make.
   */
  private static final double FIRST_SHARE = 0.5;

  private final ClockTables tables;
  private final ClockDwell dwell;
  private final ClockOrder order;
  private final List<SwitchBound.Line> lines;
  private final double blockingWatts;
  private final BestPlans plans;
  private final Workers workers;
  private final boolean[] optimal;
  private double budget;

  private record Result(Found found, boolean optimal, long work) {}

  /**
   * @param lines straight lower bounds on the effective energy (energy minus the energy of waiting
   *     for the same time); at least one
   * @param blockingWatts power in watts of all GPUs of the pipeline while they wait
   * @param plans known plans; receives better plans
   */
  SmallPlanning(
      ClockTables tables,
      ClockDwell dwell,
      List<SwitchBound.Line> lines,
      double blockingWatts,
      BestPlans plans,
      Effort effort,
      Workers workers) {
    this.tables = tables;
    this.dwell = dwell;
    this.lines = lines;
    this.blockingWatts = blockingWatts;
    this.plans = plans;
    this.workers = workers;
    order = new ClockOrder(tables);
    optimal = new boolean[plans.size()];
    double standard = tables.clocksAreFree() ? FREE_BUDGET : BUDGET;
    budget =
        switch (effort) {
          case FAST -> 0;
          case DEFAULT -> standard;
          case BEST -> BEST_FACTOR * standard;
        };
  }

  /**
   * Improves only the plans for which the user asks. The caller calls this method first, because
   * {@link #improve} gives wide searches only to the plans that are farthest above the lower bound.
   *
   * @param seconds maximum iteration times in seconds
   */
  void improveFirst(double[] seconds, Progress progress) {
    double later = budget * (1 - FIRST_SHARE);
    budget -= later;
    improve(k -> DoubleStream.of(seconds).anyMatch(time -> time == plans.target(k)), progress);
    budget += later;
  }

  /**
   * Improves all plans until they are close to the lower bound. The method stops earlier when it
   * has made the maximum number of partial plans (frequencies of the first operations).
   */
  void improve(Progress progress) {
    improve(k -> true, progress);
  }

  private void improve(IntPredicate asked, Progress progress) {
    double unit = FIRST_ESTIMATE * tables.operations() * tables.meanSettings();
    for (int width = FIRST_WIDTH; width <= LAST_WIDTH; width *= GROWTH) {
      int[] targets =
          IntStream.range(0, plans.size())
              .filter(k -> plans.best(k) != null && !optimal[k] && gap(k) > SMALL_GAP)
              .filter(asked)
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
      progress.step("better plans (width of the search)", width, LAST_WIDTH);
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
    ClockBeam beam = new ClockBeam(tables, dwell, order, line.flow(), seconds, width);
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
   * Returns the distance from the lower bound to the energy of the best plan, as a fraction of the
   * energy. The best plan is for the maximum iteration time with the index k.
   */
  private double gap(int k) {
    double seconds = plans.target(k);
    double joules = plans.best(k).joules();
    double bound = highest(seconds).line().at(seconds);
    return (joules - bound) / (joules + blockingWatts * seconds);
  }
}
