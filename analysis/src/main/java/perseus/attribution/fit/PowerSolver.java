package perseus.attribution.fit;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Solves the normal equations of a window for powers that are not negative.
 *
 * <p>Problem: find the powers p that minimize
 *
 * <pre>
 *   sum_i (y_i - x_i p)^2 + w sum_c (p_c - m)^2 + v sum_(c, c+1 parts of one kind) (p_c - p_(c+1))^2
 *   subject to p &gt;= 0,     w = s^2 / m^2,   v = s^2 / (m/2)^2
 * </pre>
 *
 * where y_i are the joules of an update, x_i the seconds of each column during it, m the mean power
 * of the window and s^2 the variance of the noise. The two penalties state that a power has the
 * order of magnitude of the mean, and that neighbouring parts of an instruction differ by about
 * half of it. With more than a handful of updates the penalties have almost no weight; a power that
 * the data do not determine stays near the mean.
 *
 * <p>Method: the noise is unknown, so the problem is solved twice, first with a very small variance
 * and then with the variance of the residuals. Each time the constraint p &gt;= 0 is met by an
 * active set: solve by Cholesky factorization, fix the most negative power at zero and solve again;
 * when no power is negative, free the fixed power whose gradient is steepest; stop when there is
 * none.
 *
 * <p>Complexity: O(columns^3) for each factorization, mostly two in all. Limits: the active set
 * stops after 3 columns changes, and negative powers are then set to zero. Source: Lawson and
 * Hanson, Solving Least Squares Problems, 1974, chapter 23, applied to normal equations.
 */
public final class PowerSolver {
  /** Typical difference of neighbouring parts, as a share of the mean power. */
  private static final double PART_DIFFERENCE = 0.5;

  private static final double MIN_MEAN_WATTS = 1e-9;

  private final PowerColumns columns;

  public PowerSolver(PowerColumns columns) {
    this.columns = columns;
  }

  /**
   * Powers and the noise that they leave.
   *
   * @param watts power of each column
   * @param variance estimated variance of the noise of one update, in J^2
   * @param fixedAtZero whether the constraint p &gt;= 0 holds each power at zero
   */
  public record Solution(double[] watts, double variance, boolean[] fixedAtZero) {}

  /** Solves with the noise estimated from the residuals. */
  public Solution solve(NormalEquations sums) {
    double mean = meanWatts(sums);
    // The first estimate of the variance is far too small, so that the penalties have no weight.
    double guess = 1e-6 * sums.sumOfSquares() / sums.rows();
    double[] watts = powers(sums, mean, guess, new boolean[columns.size()]);
    double variance = variance(sums, watts, guess);
    boolean[] fixedAtZero = new boolean[columns.size()];
    watts = powers(sums, mean, variance, fixedAtZero);
    return new Solution(watts, variance(sums, watts, guess), fixedAtZero);
  }

  private static double meanWatts(NormalEquations sums) {
    return Math.max(sums.meanWatts(), MIN_MEAN_WATTS);
  }

  private double variance(NormalEquations sums, double[] watts, double minimum) {
    int degreesOfFreedom = Math.max(1, sums.rows() - columns.size());
    return Math.max(minimum, sums.squaredResiduals(watts) / degreesOfFreedom);
  }

  private double[] powers(
      NormalEquations sums, double mean, double variance, boolean[] fixedAtZero) {
    int n = columns.size();
    double[][] matrix = penalized(sums, mean, variance);
    double[] right = sums.xty.clone();
    double weight = variance / (mean * mean);
    for (int i = 0; i < n; i++) {
      right[i] += weight * mean;
    }
    double[] watts = solveFree(matrix, right, fixedAtZero);
    for (int change = 0; change < 3 * n; change++) {
      int most = -1;
      for (int i = 0; i < n; i++) {
        if (!fixedAtZero[i] && watts[i] < 0 && (most < 0 || watts[i] < watts[most])) {
          most = i;
        }
      }
      if (most >= 0) {
        fixedAtZero[most] = true;
      } else {
        int freed = steepestFixed(matrix, right, watts, fixedAtZero);
        if (freed < 0) {
          break;
        }
        fixedAtZero[freed] = false;
      }
      watts = solveFree(matrix, right, fixedAtZero);
    }
    for (int i = 0; i < n; i++) {
      watts[i] = Math.max(0, watts[i]);
    }
    return watts;
  }

  /** The fixed power that lowers the objective most steeply if it rises; -1 if none lowers it. */
  private static int steepestFixed(
      double[][] matrix, double[] right, double[] watts, boolean[] fixedAtZero) {
    int best = -1;
    double steepest = 0;
    for (int i = 0; i < watts.length; i++) {
      if (fixedAtZero[i]) {
        double descent = right[i];
        for (int j = 0; j < watts.length; j++) {
          descent -= matrix[i][j] * watts[j];
        }
        if (descent > steepest + 1e-9 * Math.abs(right[i])) {
          steepest = descent;
          best = i;
        }
      }
    }
    return best;
  }

  /** X^T X with the penalties added. */
  private double[][] penalized(NormalEquations sums, double mean, double variance) {
    int n = columns.size();
    double[][] matrix = new double[n][n];
    double weight = variance / (mean * mean);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = sums.xtx[i][j];
        matrix[j][i] = sums.xtx[i][j];
      }
      matrix[i][i] += weight;
    }
    double partWeight = weight / (PART_DIFFERENCE * PART_DIFFERENCE);
    for (int i : columns.columnsBeforeNextPart()) {
      matrix[i][i] += partWeight;
      matrix[i + 1][i + 1] += partWeight;
      matrix[i][i + 1] -= partWeight;
      matrix[i + 1][i] -= partWeight;
    }
    return matrix;
  }

  /**
   * Solves for the powers that are not fixed. The penalties make the matrix positive definite, so
   * that a Cholesky factorization without the rows of fixed powers exists.
   */
  private static double[] solveFree(double[][] matrix, double[] right, boolean[] fixedAtZero) {
    int n = right.length;
    double[][] l = new double[n][n];
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      if (fixedAtZero[i]) {
        continue;
      }
      double sum = right[i];
      for (int j = 0; j <= i; j++) {
        if (fixedAtZero[j]) {
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
      if (!fixedAtZero[i]) {
        for (int k = i + 1; k < n; k++) {
          x[i] -= l[k][i] * x[k];
        }
        x[i] /= l[i][i];
      }
    }
    return x;
  }

  /**
   * Inverse of X^T X with the penalties added, in 1/s^2; rows and columns of powers that are fixed
   * at zero are zero.
   */
  RealMatrix inverse(NormalEquations sums, Solution solution) {
    double[][] matrix = penalized(sums, meanWatts(sums), solution.variance());
    boolean[] fixedAtZero = solution.fixedAtZero();
    for (int i = 0; i < fixedAtZero.length; i++) {
      if (fixedAtZero[i]) {
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
    for (int i = 0; i < fixedAtZero.length; i++) {
      if (fixedAtZero[i]) {
        inverse.setEntry(i, i, 0);
      }
    }
    return inverse;
  }
}
