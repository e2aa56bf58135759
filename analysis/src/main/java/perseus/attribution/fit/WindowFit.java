package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * The powers of one rank at one frequency for a known sensor, and their standard errors.
 *
 * <p>Problem: the rows (x_i, y_i) of {@link CounterUpdates} satisfy y_i = x_i p + noise. Find the
 * powers p and the covariance of their errors; the energy of an instruction of kind k is its mean
 * duration times the mean power of its parts, a linear function w p, and its variance is w Cov w^T.
 *
 * <p>Method: {@link PowerSolver} finds p. With A = X^T X plus the penalties and e_i = y_i - x_i p,
 * there are two estimates of the covariance:
 *
 * <ul>
 *   <li>for independent noise of equal variance s^2: s^2 A^-1;
 *   <li>for noise of unequal variance that is correlated between neighbouring updates, as an error
 *       in the time of an update causes it: A^-1 S A^-1, with S = sum over |l| &lt;= L of (1 - |l|
 *       / (L + 1)) sum_i x_i^T e_i e_(i-l) x_(i-l).
 * </ul>
 *
 * <p>The first is scaled so that no power has a smaller variance than in the second. To the
 * variance of an energy are added those that the error of the sensor's lag causes, by a finite
 * difference, and the error of the mean duration.
 *
 * <p>Complexity: O(updates + instructions) overlaps, O(updates columns^2) for the sums and
 * O(columns^3) for each solve. Derivatives by the lag and the matrix S use at most some thousand
 * updates. Limits: noise that is correlated over more than 6 updates is not seen.
 *
 * <p>Source: Newey and West, A simple, positive semi-definite, heteroskedasticity and
 * autocorrelation consistent covariance matrix, Econometrica 55, 1987; L grows with the number of
 * updates n as 4 (n / 100)^(2/9) (Newey and West, 1994).
 */
public final class WindowFit {
  private static final int FOLDS = 5;

  /** Step of finite differences by the lag, in seconds. */
  private static final double LAG_STEP_SECONDS = 1e-3;

  /** Maximum distance, in updates, between noise that is taken to be correlated. */
  private static final int MAX_CORRELATED_UPDATES = 6;

  /** Number of updates that suffice for derivatives by the lag. */
  private static final int UPDATES_FOR_DERIVATIVES = 1000;

  /** Number of updates that suffice to estimate how noise is correlated. */
  private static final int UPDATES_FOR_CORRELATION = 5000;

  /** Minimum number of updates for each power to compute R^2 on held-out updates. */
  private static final int UPDATES_PER_POWER_FOR_R2 = 4;

  private final Window window;
  private final PowerColumns columns;
  private final CounterUpdates updates;
  private final NormalEquations[] folds;
  private final NormalEquations sums;
  private final PowerSolver solver;
  private final PowerSolver.Solution solution;
  private final Sensor sensor;

  /**
   * Fits the powers of a window.
   *
   * @param parts number of parts of equal length of each kind of instruction; 1 where absent
   */
  public WindowFit(Window window, Sensor sensor, Map<Instruction, Integer> parts) {
    this.window = window;
    this.sensor = sensor;
    columns = PowerColumns.of(window.kinds(), kind -> parts.getOrDefault(kind, 1));
    updates =
        CounterUpdates.of(
            window.segments(),
            sensor.lagSeconds() - LAG_STEP_SECONDS,
            sensor.lagSeconds() + LAG_STEP_SECONDS);
    folds = CrossValidation.foldSums(updates, columns, sensor, FOLDS);
    sums = CrossValidation.total(folds);
    solver = new PowerSolver(columns);
    solution = updates.size() > 0 ? solver.solve(sums) : null;
  }

  /** Number of updates of the window; with 0 there is no fit. */
  public int updates() {
    return updates.size();
  }

  /** Number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /** Passes the measured and the fitted energy of each update to {@code update}. */
  public void forEachUpdate(FittedUpdate update) {
    updates.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) ->
            update.accept(
                updates.start(i) - sensor.lagSeconds(),
                updates.end(i) - sensor.lagSeconds(),
                y,
                dot(x, solution.watts())));
  }

  /** Receives the measured and the fitted energy of updates. */
  @FunctionalInterface
  public interface FittedUpdate {
    /**
     * Receives one update.
     *
     * @param start when its energy began to be used, in epoch seconds: the lag is subtracted
     * @param end when its energy had been used, in epoch seconds: the lag is subtracted
     * @param measuredJoules rise of the counter
     * @param fittedJoules energy that the fitted powers predict
     */
    void accept(double start, double end, double measuredJoules, double fittedJoules);
  }

  /** R^2 of predicting the measured rows of each fold from the whitened rows of the others. */
  private double heldOutR2() {
    if (sums.rows() < UPDATES_PER_POWER_FOR_R2 * columns.size()) {
      return Double.NaN;
    }
    NormalEquations[] measured =
        sensor.reversedErrorShare() == 0
            ? folds
            : CrossValidation.foldSums(updates, columns, sensor.withReversedErrorShare(0), FOLDS);
    NormalEquations all = measured == folds ? sums : CrossValidation.total(measured);
    return 1
        - CrossValidation.heldOutSquares(folds, sums, columns, measured) / all.squaredDeviations();
  }

  /**
   * Computes the energies of the window.
   *
   * @param lagStderrSeconds standard error of the sensor's lag
   */
  public WindowEnergy energy(double lagStderrSeconds) {
    RealMatrix covariance = covariance();
    double[] byLag = derivativeByLag();
    List<InstructionEnergy> energies = new ArrayList<>();
    double busySeconds = 0;
    for (int k = 0; k < columns.kinds().size(); k++) {
      Window.Durations durations = window.durations(columns.kinds().get(k));
      double[] weights = new double[columns.size()];
      for (int part = 0; part < columns.parts(k); part++) {
        weights[columns.firstColumn(k) + part] = durations.mean() / columns.parts(k);
      }
      double joules = dot(weights, solution.watts());
      double stderrByDuration = joules / durations.mean() * durations.stderr();
      double variance =
          variance(covariance, weights)
              + square(dot(weights, byLag) * lagStderrSeconds)
              + (Double.isNaN(stderrByDuration) ? 0 : square(stderrByDuration));
      energies.add(
          new InstructionEnergy(columns.kinds().get(k), durations, joules, Math.sqrt(variance)));
      busySeconds += durations.total();
    }
    double[] blocking = new double[columns.size()];
    blocking[PowerColumns.BLOCKING] = 1;
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(energies),
        solution.watts()[PowerColumns.BLOCKING],
        Math.sqrt(
            variance(covariance, blocking)
                + square(byLag[PowerColumns.BLOCKING] * lagStderrSeconds)),
        window.seconds() - busySeconds,
        updates.size(),
        heldOutR2(),
        counterJoules());
  }

  /** Rise of the counter over the segments of the window, read later by the sensor's lag. */
  private double counterJoules() {
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end() + sensor.lagSeconds())
              - segment.energy().energyAt(segment.start() + sensor.lagSeconds());
    }
    return joules;
  }

  /** Derivative of each power by the lag, in W/s. */
  private double[] derivativeByLag() {
    double[] later = wattsAt(sensor.lagSeconds() + LAG_STEP_SECONDS);
    double[] earlier = wattsAt(sensor.lagSeconds() - LAG_STEP_SECONDS);
    for (int i = 0; i < later.length; i++) {
      later[i] = (later[i] - earlier[i]) / (2 * LAG_STEP_SECONDS);
    }
    return later;
  }

  private double[] wattsAt(double lagSeconds) {
    NormalEquations shifted = new NormalEquations(columns.size());
    updates
        .first(UPDATES_FOR_DERIVATIVES)
        .forEachWhitenedRow(columns, sensor.withLag(lagSeconds), (i, x, y) -> shifted.add(x, y));
    return solver.solve(shifted).watts();
  }

  /**
   * Covariance of the powers in W^2: that for independent noise, scaled so that each variance is
   * the larger of the two estimates.
   */
  private RealMatrix covariance() {
    RealMatrix inverse = solver.inverse(sums, solution);
    RealMatrix independent = inverse.scalarMultiply(solution.variance());
    RealMatrix robust =
        inverse.multiply(new Array2DRowRealMatrix(scoreCovariance(), false)).multiply(inverse);
    RealMatrix larger = independent.copy();
    for (int i = 0; i < columns.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        double scale =
            Math.sqrt(inflation(robust, independent, i) * inflation(robust, independent, j));
        larger.multiplyEntry(i, j, scale);
      }
    }
    return larger;
  }

  private static double inflation(RealMatrix robust, RealMatrix independent, int i) {
    double variance = independent.getEntry(i, i);
    return variance > 0 ? Math.max(1, robust.getEntry(i, i) / variance) : 1;
  }

  /**
   * The matrix S of the class comment: the long-run covariance of the scores x_i e_i with Bartlett
   * weights. It equals the mean, over all runs of L + 1 consecutive updates, of the outer product
   * of the sum of a run's scores with itself, which is how it is computed.
   */
  private double[][] scoreCovariance() {
    int n = columns.size();
    CounterUpdates some = updates.first(UPDATES_FOR_CORRELATION);
    int lags =
        (int)
            Math.min(MAX_CORRELATED_UPDATES, Math.ceil(4 * Math.pow(some.size() / 100.0, 2.0 / 9)));
    double[][] sum = new double[n][n];
    double[][] recentScores = new double[lags + 1][n];
    double[] runSum = new double[n];
    some.forEachWhitenedRow(
        columns,
        sensor,
        (i, x, y) -> {
          double error = y - dot(x, solution.watts());
          double[] score = recentScores[i % (lags + 1)];
          for (int c = 0; c < n; c++) {
            runSum[c] += x[c] * error - score[c];
            score[c] = x[c] * error;
          }
          addOuterProduct(runSum, sum);
        });
    for (int back = 1; back <= lags; back++) {
      double[] oldest = recentScores[(some.size() + back - 1) % (lags + 1)];
      for (int c = 0; c < n; c++) {
        runSum[c] -= oldest[c];
      }
      addOuterProduct(runSum, sum);
    }
    double smallSample = (double) some.size() / Math.max(1, some.size() - n);
    double scale = smallSample * updates.size() / some.size() / (lags + 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b <= a; b++) {
        sum[a][b] *= scale;
        sum[b][a] = sum[a][b];
      }
    }
    return sum;
  }

  private static void addOuterProduct(double[] vector, double[][] lowerTriangle) {
    for (int a = 0; a < vector.length; a++) {
      if (vector[a] != 0) {
        for (int b = 0; b <= a; b++) {
          lowerTriangle[a][b] += vector[a] * vector[b];
        }
      }
    }
  }

  private static double variance(RealMatrix covariance, double[] weights) {
    return Math.max(0, dot(weights, covariance.operate(weights)));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}
