package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockDwell;
import perseus.planner.switching.ClockDwell.Merge;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.Cooling;
import perseus.planner.switching.SwitchBound;

/**
 * Changes plans by {@link ClockDwell}, so that every rank holds each clock for at least the minimum
 * hold time.
 */
final class HeldClocks {
  /** Number of searches by simulated annealing. */
  private static final int SEARCHES = 16;

  /** Number of random changes of a plan in each search. */
  private static final int MOVES = 4_000;

  /**
   * Temperature at the start of a search, as a multiple of the mean range of a computation's energy
   * ({@link ClockTables#meanRangeJoules}).
   */
  private static final double HOT = 0.2;

  /**
   * Temperature at the end of a search, as a multiple of the mean range of a computation's energy
   * ({@link ClockTables#meanRangeJoules}).
   */
  private static final double COLD = 0.002;

  /** Factor by which the price of clocks that are held too briefly rises during a search. */
  private static final double PRICE_RISE = 100;

  /** Lower limit in joules for the energy from which temperatures are computed. */
  private static final double MIN_JOULES = 1e-6;

  /**
   * Maximum iteration time in the searches, divided by the iteration time of the slowest given
   * plan. The value is large, because the searches need no limit on the time.
   */
  private static final double MAX_SLOWDOWN = 10;

  private final PlanningProblem problem;
  private final ClockTables tables;
  private final ClockDwell dwell;
  private final Workers workers;

  HeldClocks(PlanningProblem problem, Workers workers) {
    this.problem = problem;
    this.workers = workers;
    tables = new ClockTables(problem);
    dwell = new ClockDwell(problem, tables);
  }

  /**
   * Returns plans that hold every clock for the minimum hold time of clocks. A given plan that
   * already holds its clocks long enough is returned as it is. For a plan that holds a clock too
   * briefly, the method returns the changed copies that {@link ClockDwell} finds. If {@link
   * ClockDwell} finds no plan, the method tries all plans of a small problem. In a large problem,
   * searches by simulated annealing start from the given plans.
   *
   * @throws UserError if the method finds no plan that holds every clock for the minimum time
   */
  List<Plan> plans(List<Plan> plans) {
    List<Plan> held = new ArrayList<>();
    List<Future<int[]>> repairs = new ArrayList<>();
    for (Plan plan : plans) {
      if (plan.holdsClocks()) {
        held.add(plan);
        continue;
      }
      for (Merge merge : Merge.values()) {
        repairs.add(workers.submit(() -> dwell.repaired(tables.settings(plan), merge)));
      }
    }
    Workers.results(repairs, Progress.NONE).stream()
        .filter(Objects::nonNull)
        .map(tables::plan)
        .filter(Plan::holdsClocks)
        .forEach(held::add);
    return held.isEmpty() ? searched(plans) : held;
  }

  private List<Plan> searched(List<Plan> plans) {
    List<int[]> every = tables.everyPlan(SwitchPlanning.MAX_PLANS_TO_ENUMERATE);
    List<int[]> candidates = every.isEmpty() ? annealed(plans) : every;
    List<Plan> held = candidates.stream().map(tables::plan).filter(Plan::holdsClocks).toList();
    if (held.isEmpty()) {
      throw new UserError(
          "%s each clock (frequency) for %s s, because computations of one rank have no frequency in common. Give a shorter time, or a profile in which the instructions of each stage have common frequencies."
              .formatted(
                  every.isEmpty() ? "Found no plan that holds" : "No plan holds",
                  problem.minDwellSeconds()));
    }
    return held;
  }

  /**
   * Returns plans that simulated annealing finds, as arrays with the index of each operation's
   * frequency. The searches start from the given plans.
   */
  private List<int[]> annealed(List<Plan> plans) {
    double seconds =
        MAX_SLOWDOWN * plans.stream().mapToDouble(Plan::timeSeconds).max().orElseThrow();
    double joules = Math.max(MIN_JOULES, tables.meanRangeJoules());
    Cooling cooling = new Cooling(HOT * joules, COLD * joules, 1, PRICE_RISE, MOVES);
    List<Future<Found>> searches = new ArrayList<>();
    for (int k = 0; k < SEARCHES; k++) {
      int[] start = tables.settings(plans.get(k % plans.size()));
      int seed = k;
      searches.add(
          workers.submit(
              () ->
                  new ClockAnnealing(tables, dwell, start, seed)
                      .search(seconds, joules / problem.minDwellSeconds(), cooling)));
    }
    return Workers.results(searches, Progress.NONE).stream()
        .filter(Objects::nonNull)
        .map(Found::settings)
        .toList();
  }

  /**
   * Each line of the lower bound has plans. Returns copies of the lines with other plans. The plans
   * of each copy hold every clock for the minimum hold time. If {@link ClockDwell} finds no such
   * plan, the copy has the original plan.
   */
  List<SwitchBound.Line> lines(List<SwitchBound.Line> lines) {
    if (problem.minDwellSeconds() == 0) {
      return lines;
    }
    List<Future<SwitchBound.Line>> changed = new ArrayList<>();
    for (SwitchBound.Line line : lines) {
      changed.add(
          workers.submit(
              () ->
                  new SwitchBound.Line(
                      line.line(), line.plans().stream().map(this::held).toList(), line.flow())));
    }
    return Workers.results(changed, Progress.NONE);
  }

  private int[] held(int[] settings) {
    int[] repaired = dwell.repaired(settings, Merge.AS_LONG);
    return repaired == null ? settings : repaired;
  }
}
