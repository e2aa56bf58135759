package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockDwell;
import perseus.planner.switching.ClockDwell.Merge;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;

/**
 * Changes plans so that every rank holds each clock for at least the minimum hold time of clocks,
 * by {@link ClockDwell}.
 */
final class HeldClocks {
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
   * briefly, the method returns the changed copies that {@link ClockDwell} finds.
   *
   * @throws UserError if no returned plan would hold every clock for the minimum time
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
    if (held.isEmpty()) {
      throw new UserError(
          "No plan holds each clock (frequency) for %s s, because computations of one rank have no frequency in common."
              .formatted(problem.minDwellSeconds()));
    }
    return held;
  }

  /**
   * Returns the same lines of the lower bound, each with another plan: one that holds every clock
   * for the minimum hold time. A plan that {@link ClockDwell} cannot change stays as it is.
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
