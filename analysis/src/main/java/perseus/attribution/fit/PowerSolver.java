package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Fits the powers of one rank at one frequency by least squares, without negative powers.
 *
 * <p>Problem: find the non-negative powers that minimize the squared residuals plus two penalties:
 *
 * <pre>
 *   sum_i (y_i - x_i p)^2
 *       + w sum_c (p_c - m)^2
 *       + v sum_(c, c+1 time sections of one instruction) (p_c - p_(c+1))^2
 *     p  unknown powers (W), at least 0
 *     x  row with the seconds of counter update i at each power
 *     y  energies of the counter updates (J)
 *     m  mean power over all counter updates (W)
 *     w  s^2 / m^2
 *     v  s^2 / (m/2)^2
 *     s  standard deviation of the noise of one counter update (J)
 * </pre>
 *
 * <p>The penalty with the weight w keeps powers near the mean power. The penalty with the weight v
 * keeps the powers of neighbouring time sections of an instruction similar, up to differences of
 * half the mean power. With many counter updates, the penalties have almost no effect on the
 * powers. If the data do not determine a power, the penalties keep it near the mean power. The
 * power at the GPU's power limit is known ({@link PowerColumns#limitWatts}). A penalty with a large
 * weight keeps the fitted power at the limit close to its known value. Each further equation for
 * the powers ({@link SharedPowers.Known}) adds its squared residual to the objective.
 *
 * <p>Method: the least-squares problem is solved twice, because the variance of the noise is
 * unknown. The first of two solutions assumes a very small variance of the noise. The second
 * solution takes the variance of the noise from the residuals of the first solution. An active-set
 * method prevents negative powers:
 *
 * <ul>
 *   <li>Solve the linear equations for the powers by Cholesky factorization.
 *   <li>If a power is negative, fix the most negative power at zero, and solve again.
 *   <li>If no power is negative, free the power fixed at zero whose increase lowers the objective
 *       most steeply, and solve again.
 *   <li>Stop if no increase of a power fixed at zero lowers the objective.
 * </ul>
 *
 * <p>Complexity: O(C^3) time for each Cholesky factorization with C powers. Most problems need two
 * Cholesky factorizations, one for each of the two solutions.
 *
 * <p>Limits: with C powers, the active-set method stops after 3 C steps. Powers that are still
 * negative when the active-set method stops are set to zero.
 *
 * <p>Source: the method of Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23,
 * applied to normal equations.
 */
public final class PowerSolver {
  /**
   * Typical difference between the powers of neighbouring time sections of an instruction, as a
   * fraction of the mean power.
   */
  private static final double PART_DIFFERENCE = 0.5;

  /** Weight of the known power at the power limit, as a multiple of the weight of the readings. */
  private static final double FIXED = 1e6;

  private static final double MIN_MEAN_WATTS = 1e-9;

  private final PowerColumns columns;
  private final List<SharedPowers.Known> known;

  public PowerSolver(PowerColumns columns) {
    this(columns, List.of());
  }

  /**
   * @param known further equations for the powers, each with a standard error
   */
  PowerSolver(PowerColumns columns, List<SharedPowers.Known> known) {
    this.columns = columns;
    this.known = known;
  }

  /**
   * Holds the powers that solve the least-squares problem, and the variance of the noise.
   *
   * @param watts fitted value of each unknown power in watts
   * @param variance estimated variance of the noise in one counter update, in J^2
   * @param fixedAtZero whether each power is fixed at zero, because its best value would be
   *     negative
   */
  public record Solution(double[] watts, double variance, boolean[] fixedAtZero) {}

  /**
   * Returns the non-negative powers that solve the least-squares problem with the given normal
   * equations. The variance of the noise is estimated from the residuals of a first solution.
   */
  public Solution solve(NormalEquations sums) {
    double mean = meanWatts(sums);
    // The first assumed noise variance is much too small on purpose, so that the penalties
    // have almost no effect.
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
    int limit = columns.limit();
    if (limit >= 0) {
      right[limit] += fixingWeight(sums, weight) * columns.limitWatts();
    }
    for (SharedPowers.Known one : known) {
      for (int i = 0; i < n; i++) {
        right[i] += one.weight(variance) * one.weights()[i] * one.watts();
      }
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

  /**
   * Returns the power that is fixed at zero and whose increase lowers the objective most steeply;
   * -1 if there is none.
   */
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

  /** Returns the matrix X^T X of the normal equations with the penalties added, in s^2. */
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
    int limit = columns.limit();
    if (limit >= 0) {
      matrix[limit][limit] += fixingWeight(sums, weight);
    }
    double partWeight = weight / (PART_DIFFERENCE * PART_DIFFERENCE);
    for (int i : columns.columnsBeforeNextPart()) {
      matrix[i][i] += partWeight;
      matrix[i + 1][i + 1] += partWeight;
      matrix[i][i + 1] -= partWeight;
      matrix[i + 1][i] -= partWeight;
    }
    for (SharedPowers.Known one : known) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          matrix[i][j] += one.weight(variance) * one.weights()[i] * one.weights()[j];
        }
      }
    }
    return matrix;
  }

  /** Returns the penalty weight that keeps the power at the power limit at its known value. */
  private double fixingWeight(NormalEquations sums, double weight) {
    return FIXED * (sums.xtx[columns.limit()][columns.limit()] + weight);
  }

  /**
   * Solves the linear equations for the powers that are not fixed at zero. The penalties make the
   * matrix positive definite, so that its Cholesky factorization exists.
   */
  private static double[] solveFree(double[][] matrix, double[] right, boolean[] fixedAtZero) {
    int n = right.length;
    double[][] l = new double[n][n];
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      if (fixedAtZero[i]) {
        continue;
      }
      double[] row = l[i];
      double sum = right[i];
      for (int j = 0; j <= i; j++) {
        if (fixedAtZero[j]) {
          continue;
        }
        double[] above = l[j];
        double value = matrix[i][j];
        for (int k = 0; k < j; k++) {
          value -= row[k] * above[k];
        }
        row[j] = i == j ? Math.sqrt(Math.max(value, 1e-14 * matrix[i][i])) : value / above[j];
        if (j < i) {
          sum -= row[j] * x[j];
        }
      }
      x[i] = sum / row[i];
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
   * Returns the inverse of X^T X plus penalties in 1/s^2, with zeros for the powers that are fixed
   * at zero.
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
