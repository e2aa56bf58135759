package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Computes the powers of one rank at one frequency as the solution of a least-squares problem in
 * which no power may be negative.
 *
 * <p>Problem: find the powers p that minimize the following objective:
 *
 * <pre>
 *   sum_i (y_i - x_i p)^2
 *       + w sum_c (p_c - m)^2
 *       + v sum_(c, c+1 parts of one kind) (p_c - p_(c+1))^2
 *   subject to p &gt;= 0,     w = s^2 / m^2,   v = s^2 / (m/2)^2
 * </pre>
 *
 * <p>The power at the GPU's power limit, if a part is limited, is known ({@link
 * PowerColumns#limitWatts}), so its penalty is so large that it keeps this value. Each equation
 * that is known apart from the readings ({@link SharedPowers.Known}) adds a penalty too: s^2 times
 * its squared difference, divided by the square of its standard error.
 *
 * <p>In the objective, y_i is the energy of update i in joules. For each column (blocking or one
 * instruction part), the row x_i holds how many seconds of update i belong to this column. The
 * symbol m is the mean power over all updates, in watts. The symbol s^2 is the variance of the
 * noise of one update, in J^2.
 *
 * <p>The terms of the objective with the factors w and v are penalties. The penalty with the factor
 * w keeps powers near the mean power. The penalty with the factor v keeps the powers of
 * neighbouring parts of an instruction similar, but allows differences of about half the mean
 * power. If there are many updates, the penalties have almost no effect. If the data do not
 * determine a power, the penalties keep this power near the mean power.
 *
 * <p>Method: the variance s^2 of the noise is unknown, so the problem is solved twice. For the
 * first solution, the variance s^2 is set to a very small value. For the second solution, the
 * variance s^2 is set to the variance of the residuals of the first solution. For both solutions,
 * an active-set method of three steps ensures that no power is negative:
 *
 * <ul>
 *   <li>Solve the linear equations for the powers by Cholesky factorization.
 *   <li>If a power is negative, fix the most negative power at zero and solve the equations again.
 *   <li>If no power is negative, find the fixed power whose increase lowers the objective (the
 *       minimized sum) most steeply. Free this power, and solve the equations again. Stop if no
 *       increase of a fixed power lowers the objective.
 * </ul>
 *
 * <p>Complexity: a Cholesky factorization for C powers takes O(C^3) time. Most problems need two
 * factorizations, one for each of the two solutions.
 *
 * <p>Limits: with C powers, the active-set method stops after 3 C changes. Each change fixes one
 * power at zero or frees one power. Powers that are still negative after the last change are set to
 * zero.
 *
 * <p>Source: the method of Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23,
 * applied to normal equations.
 */
public final class PowerSolver {
  /**
   * Typical difference between the powers of two neighbouring parts of an instruction, as a
   * fraction of the mean power.
   */
  private static final double PART_DIFFERENCE = 0.5;

  /** Weight of the known power at the limit, as a multiple of the weight of the readings. */
  private static final double FIXED = 1e6;

  private static final double MIN_MEAN_WATTS = 1e-9;

  private final PowerColumns columns;
  private final List<SharedPowers.Known> known;

  public PowerSolver(PowerColumns columns) {
    this(columns, List.of());
  }

  /**
   * @param known what is known about the powers apart from the readings
   */
  PowerSolver(PowerColumns columns, List<SharedPowers.Known> known) {
    this.columns = columns;
    this.known = known;
  }

  /**
   * Holds the powers that solve the least-squares problem, and the variance of the remaining noise.
   *
   * @param watts power of each column, in watts
   * @param variance estimated variance of the noise in one update of the energy counter, in J^2
   * @param fixedAtZero for each column, whether its power is fixed at zero, because the best value
   *     would be negative
   */
  public record Solution(double[] watts, double variance, boolean[] fixedAtZero) {}

  /**
   * Returns the powers, none of them negative, that solve the least-squares problem with the given
   * normal equations. The variance of the noise is estimated from the residuals.
   */
  public Solution solve(NormalEquations sums) {
    double mean = meanWatts(sums);
    // The first estimate of the noise variance is much too small on purpose, so that the penalties
    // have almost no effect on the first solution.
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
   * Finds, among the powers that are fixed at zero, the power whose increase lowers the objective
   * most steeply. Returns the column of the found power; -1 if no increase of a fixed power lowers
   * the objective.
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

  /** Returns the weight of a penalty that keeps the power at the limit at its known value. */
  private double fixingWeight(NormalEquations sums, double weight) {
    return FIXED * (sums.xtx[columns.limit()][columns.limit()] + weight);
  }

  /**
   * Solves the linear equations for the powers that are not fixed at zero. The rows and columns of
   * powers that are fixed at zero are left out of the matrix. The penalties make the remaining
   * matrix positive definite, so its Cholesky factorization exists.
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
   * Adds the penalties to the matrix X^T X of the normal equations and returns the inverse of the
   * sum, in 1/s^2. In the returned inverse, the rows and columns of powers that are fixed at zero
   * hold zeros.
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
