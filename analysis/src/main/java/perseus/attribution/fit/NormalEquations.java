package perseus.attribution.fit;

/**
 * The sums from which a linear least-squares problem y = X p is solved: X^T X, X^T y and y^T y.
 *
 * <p>Row i of X holds the seconds that each column of {@link PowerColumns} ran during update i of
 * the counter, y_i the joules of that update, and p the powers in watts. The sums of disjoint sets
 * of rows can be added and subtracted, so that cross-validation passes over the rows only once.
 * Adding a row takes O(columns^2), without the columns that are zero in it.
 */
public final class NormalEquations {
  /** X^T X in s^2; only the lower triangle is filled. */
  final double[][] xtx;

  /** X^T y in J s. */
  final double[] xty;

  private double sumOfSquares;
  private double joules;
  private double seconds;
  private int rows;

  /** Creates the sums of no rows. */
  public NormalEquations(int columns) {
    xtx = new double[columns][columns];
    xty = new double[columns];
  }

  int columns() {
    return xty.length;
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** y^T y, in J^2. */
  public double sumOfSquares() {
    return sumOfSquares;
  }

  /** Mean power in watts: all joules divided by all seconds. */
  double meanWatts() {
    return joules / seconds;
  }

  /**
   * Adds a row.
   *
   * @param x seconds of each column
   * @param y joules
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
   * Adds or subtracts the sums of other rows with the same columns.
   *
   * @param sign 1 to add, -1 to subtract
   */
  public void add(NormalEquations other, int sign) {
    for (int i = 0; i < xty.length; i++) {
      for (int j = 0; j <= i; j++) {
        xtx[i][j] += sign * other.xtx[i][j];
      }
      xty[i] += sign * other.xty[i];
    }
    sumOfSquares += sign * other.sumOfSquares;
    joules += sign * other.joules;
    seconds += sign * other.seconds;
    rows += sign * other.rows;
  }

  /** Sum of squared residuals |y - X p|^2 of the rows for powers {@code p} in watts, in J^2. */
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

  /** Inner product of two vectors of equal length. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Sum of squared deviations of y from its mean over the rows, in J^2. */
  public double squaredDeviations() {
    double mean = joules / rows;
    return sumOfSquares - 2 * mean * joules + rows * mean * mean;
  }

  /**
   * Returns the sums of the same rows after columns have been added up to fewer columns.
   *
   * @param target the new column of each column
   * @param columns the new number of columns
   */
  public NormalEquations withMergedColumns(int[] target, int columns) {
    NormalEquations result = new NormalEquations(columns);
    for (int i = 0; i < xty.length; i++) {
      for (int j = 0; j <= i; j++) {
        int a = Math.max(target[i], target[j]);
        int b = Math.min(target[i], target[j]);
        // An off-diagonal pair that is merged into the diagonal counts twice: x_i x_j + x_j x_i.
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
