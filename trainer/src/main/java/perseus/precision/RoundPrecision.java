package perseus.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * Estimates the relative standard errors of the times and energies of one rank's forwards and
 * backwards under the current frequency schedule.
 *
 * <p>The relative error of a time is the standard error of the mean duration, divided by the mean
 * duration. The energy is the mean duration multiplied by the power that {@link PowerFit} computes.
 * The relative error of an energy is sqrt(a^2 + b^2) for the relative errors a of the duration and
 * b of the power. The first 0.2 s under a frequency schedule are not used, because the GPU's clock
 * still changes.
 *
 * <p>All public methods may be called by any thread.
 */
public final class RoundPrecision implements InstructionSink, SensorSink {
  /**
   * On an H200, clock and power are constant again within 0.15 s after a change of the clock, even
   * at the power limit.
   */
  private static final double SETTLING_SECONDS = 0.2;

  private final long clockZeroMicros;
  private final List<Execution> executions = new ArrayList<>();
  private final List<PowerReading> samples = new ArrayList<>();
  private boolean estimating;

  /**
   * @param startSeconds start in seconds on the engine's clock
   * @param endSeconds end in seconds on the engine's clock
   */
  record Execution(Instruction instruction, double startSeconds, double endSeconds) {}

  /**
   * @param seconds time in seconds on the engine's clock
   */
  record PowerReading(double seconds, double watts) {}

  /**
   * @param clockZeroMicros Unix time in microseconds at which the engine's clock is 0
   */
  public RoundPrecision(long clockZeroMicros) {
    this.clockZeroMicros = clockZeroMicros;
  }

  /**
   * Deletes the measurements under the previous frequency schedule.
   *
   * @param estimate whether the standard errors under the next frequency schedule will be needed
   */
  public synchronized void beginRound(boolean estimate) {
    estimating = estimate;
    executions.clear();
    samples.clear();
  }

  @Override
  public synchronized void executed(
      Instruction instruction, double startSeconds, double endSeconds) {
    if (estimating) {
      executions.add(new Execution(instruction, startSeconds, endSeconds));
    }
  }

  @Override
  public void energy(double timeSeconds, long millijoules) {
    // The energy counter is not used, because the driver updates the counter less often than it
    // takes power samples.
  }

  @Override
  public synchronized void power(PowerSample sample) {
    if (estimating) {
      samples.add(new PowerReading((sample.epochMicros() - clockZeroMicros) / 1e6, sample.watts()));
    }
  }

  /**
   * Returns the largest relative standard error among the times and energies of the rank's forwards
   * and backwards. If the error of a time or of an energy is unknown, the result is infinite. The
   * computation takes O(n k^2) time for n power samples and k kinds of instruction.
   */
  public synchronized double relativeError() {
    if (executions.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    double from = executions.get(0).startSeconds + SETTLING_SECONDS;
    Map<Instruction, PowerFit.Power> powers = new PowerFit(executions, samples, from).powers();
    double worst = 0;
    for (Map.Entry<Instruction, SummaryStatistics> kind : durations(from).entrySet()) {
      SummaryStatistics seconds = kind.getValue();
      double timeError =
          seconds.getN() < 2
              ? Double.POSITIVE_INFINITY
              : seconds.getStandardDeviation() / Math.sqrt(seconds.getN()) / seconds.getMean();
      PowerFit.Power power = powers.get(kind.getKey());
      double powerError =
          power != null && power.watts() > 0
              ? power.error() / power.watts()
              : Double.POSITIVE_INFINITY;
      double error = Math.hypot(timeError, powerError);
      worst = Math.max(worst, Double.isFinite(error) ? error : Double.POSITIVE_INFINITY);
    }
    return worst;
  }

  /**
   * Returns the smaller of {@link #relativeError} and 1, because reports contain no error above 1.
   */
  public double reportedError() {
    return Math.min(1, relativeError());
  }

  /**
   * Returns the number, mean and standard deviation of the durations of each kind of computation.
   * Computations that started before {@code from} (in seconds) are not counted.
   */
  private Map<Instruction, SummaryStatistics> durations(double from) {
    Map<Instruction, SummaryStatistics> durations = new TreeMap<>();
    for (Execution execution : executions) {
      if (execution.instruction.isComputation()) {
        SummaryStatistics seconds =
            durations.computeIfAbsent(execution.instruction, kind -> new SummaryStatistics());
        if (execution.startSeconds >= from) {
          seconds.addValue(execution.endSeconds - execution.startSeconds);
        }
      }
    }
    return durations;
  }
}
