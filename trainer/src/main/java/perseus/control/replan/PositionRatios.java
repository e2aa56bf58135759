package perseus.control.replan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Compares the measurements of all ranks with the same position in their pipelines with the
 * profile. Ranks with the same position in their pipelines execute the same operations in an
 * iteration.
 *
 * <p>The energy of a rank's forwards and backwards is its measured energy, minus the energy of
 * waiting and of other instructions. The energy of waiting is the waiting time, multiplied by the
 * power of waiting in the profile. The waiting time of an iteration is its measured time, minus the
 * measured times of forwards and backwards. The predicted times of other instructions are also
 * subtracted. The energy ratio is the energy of the forwards and backwards of all compared ranks,
 * divided by their energy in the profile.
 */
final class PositionRatios {
  record Member(RankInfo rank, RankResult result) {}

  private final Plan plan;
  private final int[] computations;
  private final Cell[] cells;
  private final double wattsPerGpu;
  private final int gpus;
  private double otherSeconds;
  private double otherJoules;

  PositionRatios(Plan plan, int position, int[] gpusOfStages) {
    PlanningProblem problem = plan.problem();
    IterationDag dag = problem.dag();
    this.plan = plan;
    computations = dag.laneComputations(position);
    cells = new Cell[computations.length];
    for (int c = 0; c < cells.length; c++) {
      Operation operation = dag.operations().get(computations[c]);
      int clock = plan.choice(computations[c]).frequencyMhz();
      cells[c] = Cell.of(operation.stage(), operation.instruction(), clock);
    }
    int stage = dag.operations().get(dag.laneOperations(position)[0]).stage();
    gpus = gpusOfStages[stage];
    wattsPerGpu = problem.blockingWatts(stage) / gpus;
    for (int j : dag.laneOperations(position)) {
      if (!dag.operations().get(j).instruction().isComputation()) {
        otherSeconds += plan.choice(j).timeSeconds();
        otherJoules += plan.choice(j).energyJoules();
      }
    }
  }

  /**
   * For each row of the profile that the compared ranks use, returns the measured time divided by
   * the predicted time. The returned map is empty if a rank has not reported the times of all its
   * forwards and backwards.
   */
  Map<Cell, Ratio> times(List<Member> members) {
    Map<Cell, Ratio> longest = new HashMap<>();
    for (Member member : members) {
      Map<Cell, Ratio.Sum> ofRank = new HashMap<>();
      Ratio.Sum[] sums = new Ratio.Sum[cells.length];
      Arrays.setAll(sums, c -> ofRank.computeIfAbsent(cells[c], cell -> new Ratio.Sum()));
      for (int i = first(member); i < member.result.iterTime().length; i++) {
        double[] seconds = seconds(member, i);
        if (seconds == null) {
          return Map.of();
        }
        for (int c = 0; c < seconds.length; c++) {
          sums[c].add(seconds[c] / row(c).timeSeconds());
        }
      }
      ofRank.forEach(
          (cell, sum) ->
              longest.merge(
                  cell, sum.ratio(), (one, other) -> one.mean() < other.mean() ? other : one));
    }
    return longest;
  }

  /**
   * Returns the measured energy of all forwards and backwards of the compared ranks, divided by the
   * predicted energy. The returned {@code Optional} is empty if the measured energy is not
   * positive, for example because the ranks have reported no energies. The caller must check that
   * all ranks have reported the times of all forwards and backwards.
   */
  Optional<RoundRatios.PositionEnergy> energy(List<Member> members) {
    Map<Cell, Double> joules = new HashMap<>();
    for (int c = 0; c < cells.length; c++) {
      joules.merge(cells[c], row(c).energyJoules(), Double::sum);
    }
    double share = (double) members.size() / gpus;
    double predicted = share * joules.values().stream().mapToDouble(Double::doubleValue).sum();
    Ratio.Sum ratios = new Ratio.Sum();
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
      ratios.add(measured / predicted);
    }
    Ratio ratio = ratios.ratio();
    return ratio.mean() > 0 && Double.isFinite(ratio.mean())
        ? Optional.of(new RoundRatios.PositionEnergy(ratio, joules))
        : Optional.empty();
  }

  private static int first(Member member) {
    return Measurement.settlingIterations(member.result.iterTime().length);
  }

  private ProfileRow row(int computation) {
    return plan.choice(computations[computation]);
  }

  /**
   * Returns the time in seconds of each forward and backward, in order of execution; null if a time
   * is missing.
   */
  private double[] seconds(Member member, int iteration) {
    double[] seconds = new double[computations.length];
    PipeInstruction[] kinds = PipeInstruction.values();
    double[][] times = new double[kinds.length][];
    for (PipeInstruction kind : PipeInstruction.COMPUTATIONS) {
      double[][] rows = member.result.timeBreakdown().get(kind.jsonName());
      times[kind.ordinal()] =
          rows == null || iteration >= rows.length ? new double[0] : rows[iteration];
    }
    int[] executions = new int[kinds.length];
    int next = 0;
    for (PipeInstruction instruction : member.rank.pipeSchedule()) {
      double[] ofKind = times[instruction.ordinal()];
      if (ofKind != null) {
        int execution = executions[instruction.ordinal()]++;
        if (next == seconds.length || execution >= ofKind.length || !(ofKind[execution] > 0)) {
          return null;
        }
        seconds[next++] = ofKind[execution];
      }
    }
    return next == seconds.length ? seconds : null;
  }
}
