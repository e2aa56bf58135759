package perseus.attribution.fit;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.sensor.Sensor;

/**
 * Estimates the covariance of the errors of the powers that were fitted for one rank at one
 * frequency.
 *
 * <p>Problem: the powers p are the least-squares solution for noisy rows (x_i, y_i), where x_i
 * holds times and y_i is an energy. The task is to estimate the covariance of the error of the
 * powers p.
 *
 * <p>Method: let A be the matrix X^T X of the normal equations plus the penalties of {@link
 * PowerSolver}. Let e_i = y_i - x_i p be the residual of row i with the powers p. There are two
 * estimates of the covariance, with different assumptions about the noise:
 *
 * <ul>
 *   <li>The first estimate, s^2 A^-1, assumes that the noise of all rows is independent and has the
 *       same variance s^2.
 *   <li>The second estimate, A^-1 S A^-1, allows noise with a different variance in each row, and
 *       correlated noise in neighbouring rows. For example, an error in the time of one counter
 *       reading causes correlated noise in two neighbouring rows. The matrix S covers rows i and i
 *       - l that are at most L rows apart: S is the sum over |l| &lt;= L of (1 - |l| / (L + 1))
 *       sum_i x_i^T e_i e_(i-l) x_(i-l).
 * </ul>
 *
 * <p>The result is the first estimate (for independent noise), scaled so that each power has the
 * larger of its two estimated variances. Two updates count as correlated if they are at most L
 * updates apart. For n updates, the largest distance L of correlated updates is 4 (n / 100)^(2/9),
 * rounded up (Newey and West, 1994), but at most 6.
 *
 * <p>Complexity: the estimate takes O(U C^2 + C^3) time for U updates and C columns. The matrix S
 * is estimated from at most 5,000 updates.
 *
 * <p>Limits: correlations between updates that are more than 6 updates apart are ignored.
 *
 * <p>Source: the estimator of Newey and West, A simple, positive semi-definite, heteroskedasticity
 * and autocorrelation consistent covariance matrix, Econometrica 55, 1987.
 */
final class PowerCovariance {
  /**
   * Upper limit of L. The correlation between the errors of two updates is included only if they
   * are at most L updates apart.
   */
  private static final int MAX_CORRELATED_UPDATES = 6;

  /**
   * Maximum number of updates from which the matrix S is estimated. S is the covariance matrix of
   * the scores, which {@code scoreCovariance} explains.
   */
  private static final int UPDATES_FOR_CORRELATION = 5000;

  private final RealMatrix covariance;

  private PowerCovariance(RealMatrix covariance) {
    this.covariance = covariance;
  }

  /**
   * Estimates the covariance of the errors of the powers of one rank at one frequency.
   *
   * @param updates counter updates of the rank at one frequency
   * @param columns columns of the least-squares problem
   * @param sensor parameters of the energy counter with which the rows are computed
   * @param sums normal equations of all {@code updates}
   * @param solver solver that computed {@code solution}
   * @param solution powers that {@code solver} found for {@code sums}
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

  /**
   * Returns the variance of the error of a weighted sum of the powers.
   *
   * @param weights weight of each power in the sum
   */
  double variance(double[] weights) {
    return Math.max(0, NormalEquations.dot(weights, covariance.operate(weights)));
  }

  /**
   * Returns the matrix S: the covariances between the scores of updates that are at most L updates
   * apart, summed with Bartlett weights. The score of update i is the vector x_i e_i: the row x_i
   * of the update, multiplied by the residual e_i of the update.
   *
   * <p>A run is a sequence of L + 1 consecutive updates, or a shorter sequence at the start or end
   * of the updates. If z is the sum of the scores of the updates in a run, S equals the sum of z
   * z^T over all runs, divided by L + 1. The matrix S is estimated from at most 5,000 updates,
   * scaled to the number of all updates, and corrected for small samples.
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
