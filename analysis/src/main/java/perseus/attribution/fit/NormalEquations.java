package perseus.attribution.fit;

/**
 * Accumulates the normal equations of a linear least-squares problem.
 *
 * <pre>
 *   y = X p + noise, with the sums X^T X, X^T y and y^T y
 *     y_i   energy of counter update i (J)
 *     x_ic  seconds at power p_c in counter update i
 *     p     unknown powers (W), see {@link PowerColumns}
 * </pre>
 *
 * <p>The normal equations of two sets of rows can be added and subtracted, so that cross-validation
 * computes each row only once.
 *
 * <p>Complexity: adding a row takes O(C Z) time for C unknown powers, if the row has Z nonzero
 * times.
 */
public final class NormalEquations {
  /** Minimum sum of squared residuals, as a fraction of the sum of squared energies. */
  private static final double MIN_RESIDUAL_SHARE = 1e-12;

  /** The matrix X^T X of the normal equations in s^2, as a lower triangle. */
  final double[][] xtx;

  /** The vector X^T y of the normal equations, in joules times seconds. */
  final double[] xty;

  private double sumOfSquares;
  private double joules;
  private double seconds;
  private int rows;

  /** Creates normal equations without rows. */
  public NormalEquations(int columns) {
    xtx = new double[columns][columns];
    xty = new double[columns];
  }

  int columns() {
    return xty.length;
  }

  /** Returns the number of added rows. */
  public int rows() {
    return rows;
  }

  /** Returns the sum y^T y of the squared energies of all rows, in J^2. */
  public double sumOfSquares() {
    return sumOfSquares;
  }

  /**
   * Returns the mean power in watts, which is the energy of all rows divided by their total time.
   */
  public double meanWatts() {
    return joules / seconds;
  }

  /**
   * Adds the row of one counter update.
   *
   * @param x seconds that the GPU spent at each unknown power during the update
   * @param y energy of the update in joules
   */
  public void add(double[] x, double y) {
    for (int i = 0; i < x.length; i++) {
      double xi = x[i];
      if (xi != 0) {
        double[] line = xtx[i];
        for (int j = 0; j <= i; j++) {
          line[j] += xi * x[j];
        }
        xty[i] += xi * y;
        seconds += xi;
      }
    }
    sumOfSquares += y * y;
    joules += y;
    rows++;
  }

  /**
   * Adds or subtracts the normal equations of other rows with the same unknown powers.
   *
   * @param other normal equations of the other rows
   * @param sign 1 to add {@code other}, -1 to subtract {@code other}
   */
  public void add(NormalEquations other, int sign) {
    addScaled(other, sign);
    rows += sign * other.rows;
  }

  /**
   * Adds the normal equations of other rows with the same unknown powers, with a weight. The number
   * of rows grows by the unweighted number of added rows.
   *
   * @param weight factor of the squared residuals of the added rows
   */
  public void addWeighted(NormalEquations other, double weight) {
    addScaled(other, weight);
    rows += other.rows;
  }

  private void addScaled(NormalEquations other, double sign) {
    for (int i = 0; i < xty.length; i++) {
      for (int j = 0; j <= i; j++) {
        xtx[i][j] += sign * other.xtx[i][j];
      }
      xty[i] += sign * other.xty[i];
    }
    sumOfSquares += sign * other.sumOfSquares;
    joules += sign * other.joules;
    seconds += sign * other.seconds;
  }

  /**
   * Returns the sum of squared residuals |y - X p|^2 of all rows, in J^2.
   *
   * @param p value of each unknown power in watts
   */
  public double squaredResiduals(double[] p) {
    double sum = sumOfSquares;
    for (int i = 0; i < p.length; i++) {
      double line = xtx[i][i] * p[i];
      for (int j = 0; j < i; j++) {
        line += 2 * xtx[i][j] * p[j];
      }
      sum += p[i] * (line - 2 * xty[i]);
    }
    return Math.max(0, sum);
  }

  /**
   * Returns -2 log likelihood plus a constant, for Gaussian noise with an unknown variance.
   *
   * <p>For n rows with a sum R of squared residuals, the result is n log(R / n).
   *
   * @param squaredResiduals sum of squared residuals in J^2, which is raised to {@link
   *     #minSquaredResiduals} if it is smaller
   */
  public double misfit(double squaredResiduals) {
    return rows * Math.log(Math.max(squaredResiduals, minSquaredResiduals()) / rows);
  }

  /** Returns the smallest sum of squared residuals that cannot be a rounding error, in J^2. */
  public double minSquaredResiduals() {
    return MIN_RESIDUAL_SHARE * sumOfSquares;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Returns the sum of the squared differences between the row energies and their mean, in J^2. */
  public double squaredDeviations() {
    double mean = joules / rows;
    return sumOfSquares - 2 * mean * joules + rows * mean * mean;
  }

  /**
   * Returns the normal equations in which groups of columns are merged into one column each. A
   * merged column of the least-squares matrix holds the sum of the seconds of the original columns.
   *
   * @param target index of the merged column for each original column
   * @param columns number of merged columns
   */
  public NormalEquations withMergedColumns(int[] target, int columns) {
    NormalEquations result = new NormalEquations(columns);
    for (int i = 0; i < xty.length; i++) {
      for (int j = 0; j <= i; j++) {
        int a = Math.max(target[i], target[j]);
        int b = Math.min(target[i], target[j]);
        // The square of the sum of two columns contains their product twice.
        result.xtx[a][b] += i != j && a == b ? 2 * xtx[i][j] : xtx[i][j];
      }
      result.xty[target[i]] += xty[i];
    }
    result.sumOfSquares = sumOfSquares;
    result.joules = joules;
    result.seconds = seconds;
    result.rows = rows;
    return result;
  }
}
