package perseus.attribution.fit;

/**
 * Accumulates the normal equations of a linear least-squares problem y = X p: the sums X^T X, X^T y
 * and y^T y.
 *
 * <p>Row i of the matrix X belongs to counter update i. A column of X stands for blocking (waiting)
 * or for one part of a kind of instruction ({@link PowerColumns}). For each column (blocking or one
 * instruction part), row i of X holds how many seconds of update i belong to this column. The value
 * y_i is the energy of counter update i in joules. The vector p holds the powers of all columns in
 * watts. The normal equations of two sets of rows can be added and subtracted, so cross-validation
 * computes the rows only once. Adding a row takes O(C Z) time if the row has C columns, and Z of
 * them are not zero.
 */
public final class NormalEquations {
  /** Smallest sum of squared residuals, as a fraction of the sum of squared energies. */
  private static final double MIN_RESIDUAL_SHARE = 1e-12;

  /** The matrix X^T X of the normal equations, in s^2. Only its lower triangle is filled. */
  final double[][] xtx;

  /** The vector X^T y of the normal equations, in joules times seconds. */
  final double[] xty;

  private double sumOfSquares;
  private double joules;
  private double seconds;
  private int rows;

  /** Creates normal equations to which no row has been added yet. */
  public NormalEquations(int columns) {
    xtx = new double[columns][columns];
    xty = new double[columns];
  }

  int columns() {
    return xty.length;
  }

  /** Returns the number of rows that have been added. */
  public int rows() {
    return rows;
  }

  /** Returns the sum y^T y of the squared energies of all rows, in J^2. */
  public double sumOfSquares() {
    return sumOfSquares;
  }

  /** Returns the mean power in watts: the joules of all rows divided by the seconds of all rows. */
  double meanWatts() {
    return joules / seconds;
  }

  /**
   * Adds a row.
   *
   * @param x for each column (blocking or one instruction part), how many seconds of the update
   *     belong to it
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
   * Adds or subtracts the normal equations of other rows with the same columns.
   *
   * @param other normal equations of the other rows
   * @param sign 1 to add {@code other}, -1 to subtract {@code other}
   */
  public void add(NormalEquations other, int sign) {
    addScaled(other, sign);
    rows += sign * other.rows;
  }

  /**
   * Adds the normal equations of other rows with the same columns, with a weight. The number of
   * rows grows by the number of the other rows, whatever their weight is.
   *
   * @param weight weight of the squared residuals of the other rows
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
   * @param p power of each column, in watts
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
   * Returns how badly powers explain these rows: -2 times the log likelihood plus a constant, if
   * the noise is Gaussian and has an unknown variance. With n rows and the sum R of their squared
   * residuals, this is n log(R / n).
   *
   * @param squaredResiduals sum of squared residuals in J^2; a sum below {@link
   *     #minSquaredResiduals} is replaced by it
   */
  public double misfit(double squaredResiduals) {
    return rows * Math.log(Math.max(squaredResiduals, minSquaredResiduals()) / rows);
  }

  /**
   * Returns the smallest sum of squared residuals that is not taken as a rounding error, in J^2.
   */
  public double minSquaredResiduals() {
    return MIN_RESIDUAL_SHARE * sumOfSquares;
  }

  /** Returns the inner product of two vectors of equal length. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Returns the sum of the squared differences between the energy y_i of each row and the mean
   * energy of all rows, in J^2.
   */
  public double squaredDeviations() {
    double mean = joules / rows;
    return sumOfSquares - 2 * mean * joules + rows * mean * mean;
  }

  /**
   * Returns the normal equations of the same rows after some columns have been merged into wider
   * columns. A wider column holds the sum of the seconds of the columns that were merged into it.
   *
   * @param target for each column, the index of the wider column into which it is merged
   * @param columns number of wider columns
   */
  public NormalEquations withMergedColumns(int[] target, int columns) {
    NormalEquations result = new NormalEquations(columns);
    for (int i = 0; i < xty.length; i++) {
      for (int j = 0; j <= i; j++) {
        int a = Math.max(target[i], target[j]);
        int b = Math.min(target[i], target[j]);
        // The square of a merged column x_i + x_j contains the product x_i x_j twice.
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
