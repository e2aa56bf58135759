package perseus.precision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import perseus.pipeline.Instruction;
import perseus.precision.RoundPrecision.Execution;
import perseus.precision.RoundPrecision.PowerReading;

/**
 * Fits power samples by least squares with one power for each kind of computation and one for the
 * time between computations.
 *
 * <p>A sensor shows the power after a low-pass of the first order. So the value that a sample would
 * have if only one kind of computation drew power, 1 W, is the low-passed indicator of this kind.
 * The indicators are the columns of the fit.
 *
 * <p>The power also varies within an instruction, in nearly the same way in each of its instances.
 * Therefore the residuals of samples of one instance depend on each other. The standard errors come
 * from the sums of the scores (residual times row) of each instance, which are independent: the
 * cluster-robust covariance of Liang and Zeger, "Longitudinal data analysis using generalized
 * linear models", Biometrika 73 (1986).
 */
final class PowerFit {
  /** Time constant of the sensors in seconds, as measured on an H200. */
  private static final double LOW_PASS_SECONDS = 0.0125;

  /**
   * A kind of instruction that makes up at most this share of the time gets no column. Its time
   * then counts as waiting.
   */
  private static final double MIN_SHARE = 0.002;

  private static final Instruction WAITING = new Instruction("waiting");

  private final List<Execution> executions;
  private final List<PowerReading> samples;
  private final Map<Instruction, Integer> columns;
  private final int waiting;

  /** Low-passed indicators of all columns, as {@code [sample][column]}. */
  private final double[][] rows;

  /** For each sample, the index of the last instruction that started before it. */
  private final int[] instance;

  /**
   * Holds the mean power of a kind of computation.
   *
   * @param error standard error of the power in watts
   */
  record Power(double watts, double error) {}

  /**
   * @param executions all instructions of a round, in order of time; at least one
   * @param samples power samples in order of time
   * @param fromSeconds samples before this time are not used
   */
  PowerFit(List<Execution> executions, List<PowerReading> samples, double fromSeconds) {
    double until = executions.get(executions.size() - 1).endSeconds();
    this.executions = executions;
    this.samples =
        samples.stream()
            .filter(sample -> sample.seconds() >= fromSeconds && sample.seconds() <= until)
            .toList();
    this.columns = columns(executions);
    this.waiting = columns.getOrDefault(WAITING, -1);
    this.rows = new double[this.samples.size()][];
    this.instance = new int[rows.length];
    fillRows();
  }

  /** Returns the column of each kind of instruction with a separate power. */
  private static Map<Instruction, Integer> columns(List<Execution> executions) {
    Map<Instruction, Double> seconds = new TreeMap<>();
    double busy = 0;
    for (Execution execution : executions) {
      Instruction kind = execution.instruction();
      if (kind.isComputation() || kind.equals(Instruction.OPTIMIZER_STEP)) {
        double duration = execution.endSeconds() - execution.startSeconds();
        seconds.merge(kind, duration, Double::sum);
        busy += duration;
      }
    }
    double total =
        executions.get(executions.size() - 1).endSeconds() - executions.get(0).startSeconds();
    seconds.put(WAITING, total - busy);
    Map<Instruction, Integer> columns = new HashMap<>();
    seconds.forEach(
        (kind, duration) -> {
          if (duration > MIN_SHARE * total) {
            columns.put(kind, columns.size());
          }
        });
    return columns;
  }

  private void fillRows() {
    double[] state = new double[columns.size()];
    double now = executions.get(0).startSeconds();
    int next = 0;
    for (int s = 0; s < rows.length; s++) {
      double time = samples.get(s).seconds();
      while (next < executions.size() && executions.get(next).startSeconds() < time) {
        Execution execution = executions.get(next);
        instance[s] = next;
        now = advance(state, waiting, now, execution.startSeconds());
        int column = columns.getOrDefault(execution.instruction(), waiting);
        now = advance(state, column, now, Math.min(execution.endSeconds(), time));
        if (execution.endSeconds() > time) {
          break;
        }
        next++;
      }
      instance[s] = Math.max(instance[s], next - 1);
      now = advance(state, waiting, now, time);
      rows[s] = state.clone();
    }
  }

  /**
   * Advances the low-passed indicators over a time in which one kind of computation ran.
   *
   * @return end of the time in seconds
   */
  private static double advance(double[] state, int column, double from, double to) {
    if (to <= from) {
      return from;
    }
    double kept = Math.exp((from - to) / LOW_PASS_SECONDS);
    for (int i = 0; i < state.length; i++) {
      state[i] *= kept;
    }
    if (column >= 0) {
      state[column] += 1 - kept;
    }
    return to;
  }

  /**
   * Returns the power of each kind of computation. The map is empty if the samples cannot tell the
   * kinds apart, for example because there are too few.
   */
  Map<Instruction, Power> powers() {
    RealMatrix x = MatrixUtils.createRealMatrix(Math.max(1, rows.length), columns.size());
    RealVector y = new ArrayRealVector(x.getRowDimension());
    for (int s = 0; s < rows.length; s++) {
      x.setRow(s, rows[s]);
      y.setEntry(s, samples.get(s).watts());
    }
    RealMatrix transposed = x.transpose();
    try {
      RealMatrix inverse =
          new CholeskyDecomposition(transposed.multiply(x)).getSolver().getInverse();
      RealVector watts = inverse.operate(transposed.operate(y));
      RealMatrix covariance =
          inverse.multiply(scatter(y.subtract(x.operate(watts)))).multiply(inverse);
      Map<Instruction, Power> powers = new HashMap<>();
      columns.forEach(
          (kind, column) ->
              powers.put(
                  kind,
                  new Power(
                      watts.getEntry(column), Math.sqrt(covariance.getEntry(column, column)))));
      return powers;
    } catch (NonPositiveDefiniteMatrixException e) {
      return Map.of();
    }
  }

  /**
   * Returns the sum over all instances of the squares (outer products) of their scores, enlarged
   * for the small number of instances.
   */
  private RealMatrix scatter(RealVector residuals) {
    int k = columns.size();
    RealMatrix sum = MatrixUtils.createRealMatrix(k, k);
    RealVector score = new ArrayRealVector(k);
    int instances = 0;
    for (int s = 0; s < rows.length; s++) {
      RealVector row = MatrixUtils.createRealVector(rows[s]);
      score = score.add(row.mapMultiply(residuals.getEntry(s)));
      if (s == rows.length - 1 || instance[s + 1] != instance[s]) {
        sum = sum.add(score.outerProduct(score));
        score = new ArrayRealVector(k);
        instances++;
      }
    }
    return instances <= k
        ? sum.scalarMultiply(Double.POSITIVE_INFINITY)
        : sum.scalarMultiply((double) instances / (instances - k));
  }
}
