package perseus.attribution.fit;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Powers from normal equations: minimizes
 *
 * <pre>
 *   sum_i (y_i - x_i p)^2 + w sum_c (p_c - m)^2 + v sum_(c, c+1 parts of one kind) (p_c - p_c+1)^2
 *   subject to p &gt;= 0,     w = s^2 / m^2,   v = s^2 / (m/2)^2
 * </pre>
 *
 * where m is the window's mean power and s^2 the variance of the noise. The two penalties say that
 * a power is of the order of the mean, and its neighbouring part's too. Against more than a handful
 * of updates they weigh nothing; a kind that the data say nothing about stays at the mean instead
 * of anywhere. Non-negativity is an active set: of negative powers the most negative is fixed at
 * zero and the rest solved again, and freed again where its gradient asks for it (Lawson and
 * Hanson, Solving Least Squares Problems, chapter 23, on normal equations). O(columns^3) a solve.
 */
public final class PowerSolver {
  /** Neighbouring parts differ by this share of the mean power or so. */
  private static final double NEIGHBOUR_SHARE = 0.5;

  private final PowerColumns columns;

  public PowerSolver(PowerColumns columns) {
    this.columns = columns;
  }

  /**
   * Powers and how they were found.
   *
   * @param watts power of each column
   * @param variance of the noise of one update, in J^2
   * @param zero powers held at zero
   */
  public record Solution(double[] watts, double variance, boolean[] zero) {}

  /** Solves with the noise estimated from the residuals. */
  public Solution solve(NormalEquations sums) {
    double mean = Math.max(sums.y / sums.seconds, 1e-9);
    // A first guess of the noise, deliberately small, so that the penalty does not shape it.
    double guess = 1e-6 * sums.yy / sums.rows;
    double[] watts = powers(sums, mean, guess, new boolean[columns.size()]);
    double variance = variance(sums, watts, guess);
    boolean[] zero = new boolean[columns.size()];
    watts = powers(sums, mean, variance, zero);
    return new Solution(watts, variance(sums, watts, guess), zero);
  }

  private double variance(NormalEquations sums, double[] watts, double least) {
    int freedom = Math.max(1, sums.rows - columns.size());
    return Math.max(least, sums.squaredResiduals(watts) / freedom);
  }

  private double[] powers(NormalEquations sums, double mean, double variance, boolean[] zero) {
    int n = columns.size();
    double[][] matrix = penalized(sums, mean, variance);
    double[] right = sums.xy.clone();
    double weight = variance / (mean * mean);
    for (int i = 0; i < n; i++) {
      right[i] += weight * mean;
    }
    double[] watts = solveFree(matrix, right, zero);
    for (int round = 0; round < 3 * n; round++) {
      int worst = -1;
      for (int i = 0; i < n; i++) {
        if (!zero[i] && watts[i] < 0 && (worst < 0 || watts[i] < watts[worst])) {
          worst = i;
        }
      }
      if (worst >= 0) {
        zero[worst] = true;
      } else {
        worst = mostWantedFree(matrix, right, watts, zero);
        if (worst < 0) {
          break;
        }
        zero[worst] = false;
      }
      watts = solveFree(matrix, right, zero);
    }
    for (int i = 0; i < n; i++) {
      watts[i] = Math.max(0, watts[i]);
    }
    return watts;
  }

  private static int mostWantedFree(
      double[][] matrix, double[] right, double[] watts, boolean[] zero) {
    int best = -1;
    double steepest = 0;
    for (int i = 0; i < watts.length; i++) {
      if (zero[i]) {
        double gradient = right[i];
        for (int j = 0; j < watts.length; j++) {
          gradient -= matrix[i][j] * watts[j];
        }
        if (gradient > steepest + 1e-9 * Math.abs(right[i])) {
          steepest = gradient;
          best = i;
        }
      }
    }
    return best;
  }

  private double[][] penalized(NormalEquations sums, double mean, double variance) {
    int n = columns.size();
    double[][] matrix = new double[n][n];
    double weight = variance / (mean * mean);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = sums.xx[i][j];
        matrix[j][i] = sums.xx[i][j];
      }
      matrix[i][i] += weight;
    }
    double stiffness = weight / (NEIGHBOUR_SHARE * NEIGHBOUR_SHARE);
    for (int i : columns.neighbours()) {
      matrix[i][i] += stiffness;
      matrix[i + 1][i + 1] += stiffness;
      matrix[i][i + 1] -= stiffness;
      matrix[i + 1][i] -= stiffness;
    }
    return matrix;
  }

  private static double[] solveFree(double[][] matrix, double[] right, boolean[] zero) {
    int n = right.length;
    double[][] l = new double[n][n];
    double[] x = new double[n];
    // Cholesky with rows of fixed powers left out; the penalty makes the matrix positive definite.
    for (int i = 0; i < n; i++) {
      if (zero[i]) {
        continue;
      }
      double sum = right[i];
      for (int j = 0; j <= i; j++) {
        if (zero[j]) {
          continue;
        }
        double value = matrix[i][j];
        for (int k = 0; k < j; k++) {
          value -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(Math.max(value, 1e-14 * matrix[i][i])) : value / l[j][j];
        if (j < i) {
          sum -= l[i][j] * x[j];
        }
      }
      x[i] = sum / l[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      if (!zero[i]) {
        for (int k = i + 1; k < n; k++) {
          x[i] -= l[k][i] * x[k];
        }
        x[i] /= l[i][i];
      }
    }
    return x;
  }

  /** Inverse of the penalized normal matrix; zero in lines of powers held at zero. */
  RealMatrix inverse(NormalEquations sums, Solution solution) {
    double mean = Math.max(sums.y / sums.seconds, 1e-9);
    double[][] matrix = penalized(sums, mean, solution.variance());
    boolean[] zero = solution.zero();
    for (int i = 0; i < zero.length; i++) {
      if (zero[i]) {
        Arrays.fill(matrix[i], 0);
        for (double[] line : matrix) {
          line[i] = 0;
        }
        matrix[i][i] = 1;
      }
    }
    RealMatrix inverse =
        new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-6, 0)
            .getSolver()
            .getInverse();
    for (int i = 0; i < zero.length; i++) {
      if (zero[i]) {
        inverse.setEntry(i, i, 0);
      }
    }
    return inverse;
  }
}
