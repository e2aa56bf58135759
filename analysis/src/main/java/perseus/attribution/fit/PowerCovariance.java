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
 * <p>Method: two covariances are estimated, with different assumptions about the noise.
 *
 * <pre>
 *   y_i = x_i p + noise    (x_i seconds, y_i joules, p powers)
 *   first estimate         s^2 A^-1
 *   second estimate        A^-1 S A^-1
 *     A  X^T X plus the penalties of {@link PowerSolver}, where X has the rows x_i
 *     S  sum of w(l) x_i^T e_i e_(i-l) x_(i-l) over all i and |l| &lt;= L
 *     e  residuals y_i - x_i p
 *     w  Bartlett weights 1 - |l| / (L + 1)
 *     L  4 (n / 100)^(2/9) for n readings, rounded up, at most 6 (Newey and West, 1994)
 * </pre>
 *
 * <p>The first estimate of the covariance assumes independent noise with the same variance in all
 * rows. The second estimate of the covariance allows correlated noise in neighbouring rows, and a
 * different variance in each row. An error in the time of one counter reading, for example, causes
 * correlated noise in two neighbouring rows. The first estimate of the covariance is scaled so that
 * each power gets the larger of its two estimated variances.
 *
 * <p>Complexity: O(U C^2 + C^3) time for U readings and C unknown powers.
 *
 * <p>Limits: correlations between readings that are more than 6 readings apart are ignored.
 *
 * <p>Source: the estimator of Newey and West, A simple, positive semi-definite, heteroskedasticity
 * and autocorrelation consistent covariance matrix, Econometrica 55, 1987.
 */
final class PowerCovariance {
  /** Maximum distance between two readings whose errors may be correlated, in readings. */
  private static final int MAX_CORRELATED_READINGS = 6;

  /** Maximum number of readings of a sensor from which correlations of the noise are estimated. */
  private static final int READINGS_FOR_CORRELATION = 5000;

  private final RealMatrix covariance;

  private PowerCovariance(RealMatrix covariance) {
    this.covariance = covariance;
  }

  /**
   * Estimates the covariance of the errors of fitted powers.
   *
   * @param readings readings of the rank at one frequency
   * @param columns numbering of the unknown powers
   * @param sensor lag and smoothing of the sensors
   * @param sums normal equations of all {@code readings}
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
   * Returns the variance of the error of a weighted sum of the powers, in W^2.
   *
   * @param weights weight of each power in the weighted sum
   */
  double variance(double[] weights) {
    return Math.max(0, NormalEquations.dot(weights, covariance.operate(weights)));
  }

  /**
   * Returns the weighted sum of the covariances of neighbouring scores. A score is the product of
   * weight, residual and least-squares row of a reading.
   *
   * <pre>
   *   score of reading i = w_i e_i x_i   (w weight, e residual, x least-squares row)
   *   result = sum of z z^T / (L + 1)    (z sum of L + 1 consecutive scores)
   * </pre>
   *
   * <p>The weighted sum of covariances is scaled to the number of all readings, and corrected for
   * small samples.
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
      if (i < scores.length) {
        add(1, scores[i], runSum);
      }
      if (i > lags) {
        add(-1, scores[i - lags - 1], runSum);
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
   * Returns the product of weight, residual and least-squares row of each reading, in order of
   * time. The products of readings within one period of the slowest sensor are added up.
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

  private static void add(int sign, double[] score, double[] sum) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += sign * score[c];
    }
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
