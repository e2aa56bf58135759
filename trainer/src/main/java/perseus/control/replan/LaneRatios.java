package perseus.control.replan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import perseus.control.Measurement;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Compares the measurements of the ranks of one lane with the profile. A lane is the sequence of
 * operations that the ranks at one place of the pipelines execute.
 *
 * <p>Let rank r have the energy E and the time T in an iteration, and let its GPU draw P watts
 * while it waits. Its computations took the measured time t, and its other instructions take the
 * time u and the energy o of the profile. The energy of its computations is {@code E - P (T - t -
 * u) - o} joules. This energy, summed over the ranks of the lane, is divided by the sum of the
 * profile's energies.
 */
final class LaneRatios {
  /** One rank of the lane and its result. */
  record Member(RankInfo rank, RankResult result) {}

  private final Plan plan;
  private final int[] computations;
  private final Cell[] cells;
  private final double wattsPerGpu;
  private final int gpus;
  private double otherSeconds;
  private double otherJoules;

  LaneRatios(Plan plan, int lane, int[] gpusOfStages) {
    PlanningProblem problem = plan.problem();
    IterationDag dag = problem.dag();
    this.plan = plan;
    computations = dag.laneComputations(lane);
    cells = new Cell[computations.length];
    for (int c = 0; c < cells.length; c++) {
      Operation operation = dag.operations().get(computations[c]);
      int clock = plan.choice(computations[c]).frequencyMhz();
      cells[c] = Cell.of(operation.stage(), operation.instruction(), clock);
    }
    int stage = dag.operations().get(dag.laneOperations(lane)[0]).stage();
    gpus = gpusOfStages[stage];
    wattsPerGpu = problem.blockingWatts(stage) / gpus;
    for (int j : dag.laneOperations(lane)) {
      if (!dag.operations().get(j).instruction().isComputation()) {
        otherSeconds += plan.choice(j).timeSeconds();
        otherJoules += plan.choice(j).energyJoules();
      }
    }
  }

  /**
   * Returns the ratio of measured to predicted time of each row; empty if a rank has not reported
   * the times of all its computations.
   */
  Map<Cell, Ratio> times(List<Member> members) {
    Map<Cell, Ratio> longest = new HashMap<>();
    for (Member member : members) {
      Map<Cell, SummaryStatistics> ofRank = new HashMap<>();
      for (int i = first(member); i < member.result.iterTime().length; i++) {
        double[] seconds = seconds(member, i);
        if (seconds == null) {
          return Map.of();
        }
        for (int c = 0; c < seconds.length; c++) {
          ofRank
              .computeIfAbsent(cells[c], cell -> new SummaryStatistics())
              .addValue(seconds[c] / row(c).timeSeconds());
        }
      }
      ofRank.forEach(
          (cell, values) ->
              longest.merge(
                  cell, Ratio.of(values), (one, other) -> one.mean() < other.mean() ? other : one));
    }
    return longest;
  }

  /**
   * Returns the ratio of measured to predicted energy of the lane's computations; empty if the
   * energies of the ranks are zero, or do not cover their waiting. All ranks must have reported the
   * times of all computations.
   */
  Optional<RoundRatios.LaneEnergy> energy(List<Member> members) {
    Map<Cell, Double> joules = new HashMap<>();
    for (int c = 0; c < cells.length; c++) {
      joules.merge(cells[c], row(c).energyJoules(), Double::sum);
    }
    double share = (double) members.size() / gpus;
    double predicted = share * joules.values().stream().mapToDouble(Double::doubleValue).sum();
    SummaryStatistics ratios = new SummaryStatistics();
    RankResult any = members.get(0).result;
    for (int i = first(members.get(0)); i < any.iterTime().length; i++) {
      double measured = -share * otherJoules;
      for (Member member : members) {
        double busy = otherSeconds;
        for (double each : seconds(member, i)) {
          busy += each;
        }
        double waiting = member.result.iterTime()[i] - busy;
        measured += member.result.iterEnergy()[i] - wattsPerGpu * waiting;
      }
      ratios.addValue(measured / predicted);
    }
    Ratio ratio = Ratio.of(ratios);
    return ratio.mean() > 0 && Double.isFinite(ratio.mean())
        ? Optional.of(new RoundRatios.LaneEnergy(ratio, joules))
        : Optional.empty();
  }

  private static int first(Member member) {
    return Measurement.settlingIterations(member.result.iterTime().length);
  }

  private ProfileRow row(int computation) {
    return plan.choice(computations[computation]);
  }

  /**
   * Returns the times of all computations of a rank in one iteration, in seconds and in order of
   * execution; null if the rank has not reported all of them.
   */
  private double[] seconds(Member member, int iteration) {
    if (member.rank.computations() != computations.length) {
      return null;
    }
    double[] seconds = new double[computations.length];
    Map<PipeInstruction, Integer> executions = new HashMap<>();
    int next = 0;
    for (PipeInstruction instruction : member.rank.pipeSchedule()) {
      if (instruction.isComputation()) {
        int execution = executions.merge(instruction, 1, Integer::sum) - 1;
        double[][] rows = member.result.timeBreakdown().get(instruction.jsonName());
        if (rows == null
            || iteration >= rows.length
            || execution >= rows[iteration].length
            || !(rows[iteration][execution] > 0)) {
          return null;
        }
        seconds[next++] = rows[iteration][execution];
      }
    }
    return seconds;
  }
}
