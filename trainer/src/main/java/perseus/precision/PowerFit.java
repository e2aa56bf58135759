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
 * Computes the mean power of a GPU during each kind of computation from power samples. The time
 * between computations counts as one more kind of computation, called waiting.
 *
 * <p>Problem: find the powers that minimize the sum of the squared residuals of all samples:
 *
 * <pre>
 *   residual of sample i = y_i - sum over k of x_ik p_k
 *   y_i  = power in watts that was measured in sample i
 *   p_k  = unknown power in watts during computations of kind k
 *   x_ik = power in sample i if the GPU drew 1 W during computations of kind k, else 0 W
 * </pre>
 *
 * <p>A power sensor is a first-order low-pass filter, so a power sample also depends on earlier
 * computations.
 *
 * <p>Method: a Cholesky decomposition solves the normal equations, in O(n k^2 + k^3) time for n
 * samples and k kinds of computation. Power samples during the same instruction have correlated
 * residuals. The standard errors come from the cluster-robust covariance of Liang and Zeger,
 * "Longitudinal data analysis using generalized linear models", Biometrika 73 (1986). The power
 * samples during one instruction form one cluster.
 *
 * <p>Limit: a kind of computation that takes at most 0.2 % of the time counts as waiting.
 */
final class PowerFit {
  /** Time constant in seconds of the low-pass filter of the sensor, as measured on an H200. */
  private static final double LOW_PASS_SECONDS = 0.0125;

  /**
   * A kind of computation counts as waiting if it takes at most the fraction {@code MIN_SHARE} of
   * the time.
   */
  private static final double MIN_SHARE = 0.002;

  private static final Instruction WAITING = new Instruction("waiting");

  private final List<Execution> executions;
  private final List<PowerReading> samples;
  private final Map<Instruction, Integer> columns;
  private final int waiting;

  /**
   * Element {@code [i][k]} is the coefficient x_ik of power sample i and kind of computation k in
   * the least-squares problem.
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
   * Continues the computation of x_ik for all kinds k from the time {@code from} to the time {@code
   * to}, in seconds. During this time, the GPU runs the kind {@code column}.
   *
   * @param state sensor values in watts: element k is the value if only kind k draws power (1 W)
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
   * Returns the middle matrix of the cluster-robust covariance:
   *
   * <pre>
   *   matrix = m / (m - k) (sum over the clusters c of s_c s_c^T)
   *   s_c    = sum over the samples i of cluster c of (residual of sample i) rows[i]
   *   m      = number of clusters of samples
   *   k      = number of kinds of computation, with waiting
   * </pre>
   *
   * <p>If there are at most as many clusters as kinds of computation, the elements of the matrix
   * are infinite or NaN.
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
