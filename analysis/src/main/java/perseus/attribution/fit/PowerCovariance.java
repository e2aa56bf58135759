package perseus.attribution.fit;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.sensor.Sensor;

/**
 * The covariance of the errors of fitted powers.
 *
 * <p>Problem: p solves the least-squares problem with rows (x_i, y_i) up to noise. Estimate the
 * covariance of the error of p.
 *
 * <p>Method: with A = X^T X plus the penalties of {@link PowerSolver} and the residuals e_i = y_i -
 * x_i p, there are two estimates:
 *
 * <ul>
 *   <li>for independent noise of equal variance s^2: s^2 A^-1;
 *   <li>for noise of unequal variance that is correlated between neighbouring updates, as an error
 *       in the time of an update causes it: A^-1 S A^-1, with S = sum over |l| &lt;= L of (1 - |l|
 *       / (L + 1)) sum_i x_i^T e_i e_(i-l) x_(i-l).
 * </ul>
 *
 * <p>The result is the first, scaled so that the variance of each power is the larger of the two.
 *
 * <p>Complexity: O(updates columns^2 + columns^3); S is estimated from at most 5,000 updates.
 * Limits: noise that is correlated over more than 6 updates is not seen. Source: Newey and West, A
 * simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance
 * matrix, Econometrica 55, 1987. L grows with the number of updates n as 4 (n / 100)^(2/9) (Newey
 * and West, 1994).
 */
final class PowerCovariance {
  /** Maximum of L: the distance, in updates, of noise that is taken to be correlated. */
  private static final int MAX_CORRELATED_UPDATES = 6;

  /** Number of updates that suffice to estimate S. */
  private static final int UPDATES_FOR_CORRELATION = 5000;

  private final RealMatrix covariance;

  private PowerCovariance(RealMatrix covariance) {
    this.covariance = covariance;
  }

  /**
   * Estimates the covariance.
   *
   * @param sums normal equations of all {@code updates}
   * @param solution the powers that {@code solver} found from {@code sums}
   */
  static PowerCovariance of(
      CounterUpdates updates,
      PowerColumns columns,
      Sensor sensor,
      NormalEquations sums,
      PowerSolver solver,
      PowerSolver.Solution solution) {
    RealMatrix inverse = solver.inverse(sums, solution);
    RealMatrix independent = inverse.scalarMultiply(solution.variance());
    double[][] scores = scoreCovariance(updates, columns, sensor, solution.watts());
    RealMatrix robust = inverse.multiply(new Array2DRowRealMatrix(scores, false)).multiply(inverse);
    RealMatrix larger = independent.copy();
    for (int i = 0; i < columns.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        double scale =
            Math.sqrt(inflation(robust, independent, i) * inflation(robust, independent, j));
        larger.multiplyEntry(i, j, scale);
      }
    }
    return new PowerCovariance(larger);
  }

  private static double inflation(RealMatrix robust, RealMatrix independent, int i) {
    double variance = independent.getEntry(i, i);
    return variance > 0 ? Math.max(1, robust.getEntry(i, i) / variance) : 1;
  }

  /** Variance of the linear function of the powers with the given weights. */
  double variance(double[] weights) {
    return Math.max(0, NormalEquations.dot(weights, covariance.operate(weights)));
  }

  /**
   * The matrix S of the class comment: the long-run covariance of the scores x_i e_i with Bartlett
   * weights. It equals the mean, over all runs of L + 1 consecutive updates, of the outer product
   * of the sum of a run's scores with itself, which is how it is computed.
   */
  private static double[][] scoreCovariance(
      CounterUpdates updates, PowerColumns columns, Sensor sensor, double[] watts) {
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
          double error = y - NormalEquations.dot(x, watts);
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
}
