package perseus.attribution.fit;

import java.util.Arrays;
import java.util.Comparator;
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
 *       reading causes correlated noise in two neighbouring rows. S is the sum over all pairs of
 *       rows that are at most L rows apart: S = sum over |l| &lt;= L of (1 - |l| / (L + 1)) sum_i
 *       x_i^T e_i e_(i-l) x_(i-l).
 * </ul>
 *
 * <p>The result is the first estimate (for independent noise), scaled so that each power has the
 * larger of its two estimated variances. Two readings count as correlated if they are at most L
 * readings apart. For n readings, L is 4 (n / 100)^(2/9), rounded up (Newey and West, 1994), but at
 * most 6.
 *
 * <p>Complexity: the estimate takes O(U C^2 + C^3) time for U readings and C columns. The matrix S
 * is estimated from at most 5,000 readings of each sensor.
 *
 * <p>Limits: correlations between readings that are more than 6 readings apart are ignored.
 *
 * <p>Source: the estimator of Newey and West, A simple, positive semi-definite, heteroskedasticity
 * and autocorrelation consistent covariance matrix, Econometrica 55, 1987.
 */
final class PowerCovariance {
  /**
   * Upper limit of L. The correlation between the errors of two readings is included only if they
   * are at most L readings apart.
   */
  private static final int MAX_CORRELATED_READINGS = 6;

  /**
   * Maximum number of readings of a sensor from which the matrix S is estimated. S is the
   * covariance matrix of the scores, which {@code scoreCovariance} explains.
   */
  private static final int READINGS_FOR_CORRELATION = 5000;

  private final RealMatrix covariance;

  private PowerCovariance(RealMatrix covariance) {
    this.covariance = covariance;
  }

  /**
   * Estimates the covariance of the errors of the powers of one rank at one frequency.
   *
   * @param readings readings of the rank at one frequency
   * @param columns columns of the least-squares problem
   * @param sensor parameters of the energy counter with which the rows are computed
   * @param sums normal equations of all {@code readings}
   * @param solver solver that computed {@code solution}
   * @param solution powers that {@code solver} found for {@code sums}
   */
  static PowerCovariance of(
      WeightedReadings readings,
      PowerColumns columns,
      Sensor sensor,
      NormalEquations sums,
      PowerSolver solver,
      PowerSolver.Solution solution) {
    RealMatrix inverse = solver.inverse(sums, solution);
    RealMatrix independent = inverse.scalarMultiply(solution.variance());
    double[][] scores = scoreCovariance(readings, columns, sensor, solution.watts());
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
   * Returns the matrix S: the covariances between the scores of readings that are at most L
   * readings apart, summed with Bartlett weights. The score of reading i is the vector w_i e_i x_i,
   * with the weight w_i of the reading, its residual e_i, and its row x_i of the least-squares
   * problem. With several sensors, the scores of all sensors in one period of the slowest sensor
   * are added first, because the sensors measure the same power and so have correlated residuals.
   *
   * <p>A run is a sequence of L + 1 consecutive scores, or a shorter sequence at the start or end
   * of the scores. If z is the sum of the scores in a run, S equals the sum of z z^T over all runs,
   * divided by L + 1. The matrix S is estimated from at most 5,000 readings of a sensor, scaled to
   * the number of all readings, and corrected for small samples.
   */
  private static double[][] scoreCovariance(
      WeightedReadings readings, PowerColumns columns, Sensor sensor, double[] watts) {
    int n = columns.size();
    WeightedReadings some = readings.firstTogether(READINGS_FOR_CORRELATION);
    double[][] scores = scores(some, columns, sensor, watts);
    int lags =
        (int)
            Math.min(
                MAX_CORRELATED_READINGS, Math.ceil(4 * Math.pow(scores.length / 100.0, 2.0 / 9)));
    double[][] sum = new double[n][n];
    double[] runSum = new double[n];
    for (int i = 0; i < scores.length + lags; i++) {
      for (int c = 0; c < n; c++) {
        runSum[c] += i < scores.length ? scores[i][c] : 0;
        runSum[c] -= i > lags ? scores[i - lags - 1][c] : 0;
      }
      addOuterProduct(runSum, sum);
    }
    double smallSample = (double) some.size() / Math.max(1, some.size() - n);
    double scale = smallSample * readings.size() / some.size() / (lags + 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b <= a; b++) {
        sum[a][b] *= scale;
        sum[b][a] = sum[a][b];
      }
    }
    return sum;
  }

  /**
   * Returns the scores in order of time. With several sensors, each score is the sum over the
   * readings of all sensors between two readings of the slowest sensor.
   */
  private static double[][] scores(
      WeightedReadings some, PowerColumns columns, Sensor sensor, double[] watts) {
    Readings slowest =
        some.channels().stream()
            .map(WeightedReadings.Channel::readings)
            .min(Comparator.comparingInt(Readings::size))
            .orElseThrow();
    double[][] scores = new double[slowest.size() + 1][columns.size()];
    for (WeightedReadings.Channel channel : some.channels()) {
      int[] slot = {0};
      channel
          .readings()
          .forEachWhitenedRow(
              columns,
              sensor,
              (i, x, y) -> {
                double time = channel.readings().end(i);
                while (slot[0] < slowest.size() && slowest.end(slot[0]) < time) {
                  slot[0]++;
                }
                double error = channel.weight() * (y - NormalEquations.dot(x, watts));
                for (int c = 0; c < x.length; c++) {
                  scores[slot[0]][c] += x[c] * error;
                }
              });
    }
    return some.channels().size() == 1 ? Arrays.copyOf(scores, slowest.size()) : scores;
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
