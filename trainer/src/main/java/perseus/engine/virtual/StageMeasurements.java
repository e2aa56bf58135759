package perseus.engine.virtual;

import java.util.ArrayList;
import java.util.List;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.pipeline.Instruction;
import perseus.precision.RoundPrecision;
import perseus.record.InstructionSink;
import perseus.record.RoundBreakdown;

/**
 * Holds the measurements of one rank of a simulated pipeline in the current round (iterations under
 * one frequency schedule).
 */
final class StageMeasurements implements InstructionSink {
  private final RoundPrecision precision;
  private RoundBreakdown breakdown;
  private final List<Double> joules = new ArrayList<>();
  private double startJoules;
  private boolean estimating;

  /**
   * @param clockZeroMicros Unix time in microseconds at which the virtual clock is 0
   */
  StageMeasurements(long clockZeroMicros) {
    this.precision = new RoundPrecision(clockZeroMicros);
  }

  /**
   * Returns the estimator of the standard errors, which must receive the power samples of the
   * rank's GPU.
   */
  RoundPrecision precision() {
    return precision;
  }

  /**
   * Begins a round (iterations under one frequency schedule).
   *
   * @param storesBreakdown whether the time of each instruction in each iteration is stored
   */
  void beginRound(boolean estimate, boolean storesBreakdown, List<PipeInstruction> pipeSchedule) {
    estimating = estimate;
    precision.beginRound(estimate);
    breakdown = new RoundBreakdown(storesBreakdown ? Integer.MAX_VALUE : 0, pipeSchedule);
    joules.clear();
  }

  /**
   * Begins an iteration.
   *
   * @param gpuJoules energy in joules that the GPU has used so far
   */
  void beginIteration(double gpuJoules) {
    breakdown.nextIteration();
    startJoules = gpuJoules;
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    breakdown.executed(instruction, startSeconds, endSeconds);
    precision.executed(instruction, startSeconds, endSeconds);
  }

  /**
   * Ends an iteration.
   *
   * @param gpuJoules energy in joules that the GPU has used so far
   */
  void endIteration(double gpuJoules) {
    joules.add(gpuJoules - startJoules);
  }

  /**
   * Returns the largest relative standard error of the rank's times and energies; infinite if
   * standard errors are not estimated.
   */
  double relativeError() {
    return estimating ? precision.relativeError() : Double.POSITIVE_INFINITY;
  }

  /**
   * Returns the result of a rank in the round (iterations under one frequency schedule) that ends.
   *
   * @param seconds time in seconds of each iteration under the frequency schedule
   */
  RankResult result(int rank, double[] seconds) {
    return new RankResult(
        rank,
        seconds,
        joules.stream().mapToDouble(Double::doubleValue).toArray(),
        breakdown.seconds(),
        breakdown.joules(),
        estimating ? precision.reportedError() : null);
  }
}
