package perseus.numeric;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Fits a polynomial to measured values. Each value has an error of known variance. The true values
 * also deviate from the polynomial at random.
 *
 * <p>Problem: each value is the sum of a polynomial, a random deviation and an error. The
 * polynomial and the variance of the deviations are unknown. The variance of each error is known.
 *
 * <p>Method: the variance of the deviations is estimated with the method of DerSimonian and Laird.
 * One standard error of the variance is added, because a too small variance does more harm than a
 * too large variance. The polynomial is fitted by weighted least squares.
 *
 * <p>Complexity: O(n d^2) time for n values and degree d.
 *
 * <p>Source: DerSimonian and Laird, Meta-analysis in clinical trials, Controlled Clinical Trials 7,
 * 1986.
 */
public final class MetaRegression {
  private final double[][] x;
  private final double[] values;
  private final double[] variances;
  private final RealMatrix inverse;
  private final double[] polynomial;

  private MetaRegression(double[][] x, double[] values, double[] variances) {
    this.x = x;
    this.values = values;
    this.variances = variances;
    inverse = inverse();
    polynomial = polynomial();
  }

  /**
   * Holds the predicted value at an argument without a known value.
   *
   * @param variance variance of the difference between the predicted value and the true value
   */
  public record Prediction(double value, double variance) {}

  /**
   * Predicts the value at the argument 0 from the values at other arguments.
   *
   * @param arguments argument of each value
   * @param variances variance of the error of each value, above 0
   * @param degree degree of the polynomial, less than the number of values minus 1
   */
  public static Prediction atZero(
      double[] arguments, double[] values, double[] variances, int degree) {
    double[][] x = new double[arguments.length][degree + 1];
    for (int i = 0; i < x.length; i++) {
      double argument = arguments[i];
      Arrays.setAll(x[i], n -> Math.pow(argument, n));
    }
    double deviation = new MetaRegression(x, values, variances).varianceOfDeviations();
    double[] sums = Arrays.stream(variances).map(variance -> variance + deviation).toArray();
    MetaRegression fit = new MetaRegression(x, values, sums);
    return new Prediction(fit.polynomial[0], deviation + fit.inverse.getEntry(0, 0));
  }

  private double varianceOfDeviations() {
    double chiSquared = 0;
    double information = 0;
    for (int i = 0; i < x.length; i++) {
      double residual = values[i] - dot(x[i], polynomial);
      double leverage = dot(x[i], inverse.operate(x[i])) / variances[i];
      chiSquared += residual * residual / variances[i];
      information += (1 - leverage) / variances[i];
    }
    int free = x.length - x[0].length;
    return Math.max(0, chiSquared - free + Math.sqrt(2.0 * free)) / information;
  }

  private RealMatrix inverse() {
    int n = x[0].length;
    double[][] matrix = new double[n][n];
    for (int i = 0; i < x.length; i++) {
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          matrix[a][b] += x[i][a] * x[i][b] / variances[i];
        }
      }
    }
    for (int a = 0; a < n; a++) {
      // The small number on the diagonal keeps the matrix invertible even if all arguments are
      // equal.
      matrix[a][a] += 1e-9 * matrix[0][0];
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-6, 0)
        .getSolver()
        .getInverse();
  }

  private double[] polynomial() {
    double[] right = new double[x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int a = 0; a < right.length; a++) {
        right[a] += x[i][a] * values[i] / variances[i];
      }
    }
    return inverse.operate(right);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
