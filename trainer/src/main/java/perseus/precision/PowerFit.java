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
 * Computes from power samples the mean power of a GPU during each kind of computation, and while
 * the GPU waits between computations.
 *
 * <p>Problem: find the powers that minimize the sum of the squared residuals of all samples:
 *
 * <pre>
 *   residual of sample i = y_i - sum over k of x_ik p_k
 *   y_i  = power in watts that was measured in sample i
 *   p_k  = wanted power in watts during computations of kind k
 *   x_ik = reading of sample i if the power were 1 W during computations of kind k, else 0 W
 * </pre>
 *
 * <p>A sensor smooths the power with a first-order low-pass filter, so a reading also depends on
 * earlier computations. The waiting of the GPU between computations counts as one more kind of
 * computation.
 *
 * <p>Method: the normal equations are solved by a Cholesky decomposition, in O(n k^2 + k^3) time
 * for n samples and k kinds. The power within an instruction varies in nearly the same way in each
 * execution of the instruction. A varying power makes the residuals of the samples of one execution
 * correlated. For the standard errors, the samples of one execution form one cluster, and only
 * different clusters are treated as independent. The covariance of the powers is the cluster-robust
 * covariance of Liang and Zeger, "Longitudinal data analysis using generalized linear models",
 * Biometrika 73 (1986).
 *
 * <p>Limit: if a kind of computation takes at most 0.2 % of the time, its time counts as waiting.
 */
final class PowerFit {
  /** Time constant in seconds of the low-pass filter of the sensor, as measured on an H200. */
  private static final double LOW_PASS_SECONDS = 0.0125;

  /**
   * If a kind of instruction takes at most the fraction {@code MIN_SHARE} of the time, its time
   * counts as waiting time.
   */
  private static final double MIN_SHARE = 0.002;

  private static final Instruction WAITING = new Instruction("waiting");

  private final List<Execution> executions;
  private final List<PowerReading> samples;
  private final Map<Instruction, Integer> columns;
  private final int waiting;

  /**
   * Element {@code [i][k]} is the output of the low-pass filter at power sample i, if the input is
   * 1 W while kind k runs, else 0 W.
   */
  private final double[][] rows;

  /**
   * Element i is the index of the last instruction in {@code executions} that started before sample
   * i.
   */
  private final int[] instance;

  /**
   * Holds the mean power of a kind of computation in watts.
   *
   * @param error standard error of the power in watts; infinite or NaN if it is unknown
   */
  record Power(double watts, double error) {}

  /**
   * @param executions all executed instructions of a round (the iterations under one frequency
   *     schedule), in order of time; at least one instruction
   * @param samples power samples in order of time
   * @param fromSeconds time in seconds on the engine's clock; samples before this time are not used
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

  /**
   * Returns the index of each kind of instruction in a row of {@code rows}; very short kinds have
   * no index.
   */
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
   * Advances the low-pass filter of each kind of instruction over a time interval in which only one
   * kind ran.
   *
   * @param state filter output of each kind of instruction at the start of the interval; the method
   *     replaces it by the output at the end
   * @param column index of the kind of instruction that ran; -1 if the kind has no index
   * @return the later of the times {@code from} and {@code to}, in seconds
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
   * Returns the mean power of each kind of computation. The map is empty if the samples do not
   * determine all powers, for example because there are too few samples.
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
   * Returns the sum of s s^T over all executions, where the vector s is the sum of the scores of an
   * execution's samples. The score of a sample is its residual times its row of the matrix {@code
   * rows}. For m executions with samples and k kinds of instructions, the factor m / (m - k)
   * corrects the bias of the sum. If at most as many executions have samples as there are kinds of
   * instructions, the standard errors are unknown.
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
