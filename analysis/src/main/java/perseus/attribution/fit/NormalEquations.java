package perseus.attribution.fit;

/** Sums over rows x with value y that a least-squares problem is solved from. */
public final class NormalEquations {
  final double[][] xx;
  final double[] xy;
  public double yy;
  public double y;
  double seconds;
  public int rows;

  public NormalEquations(int columns) {
    xx = new double[columns][columns];
    xy = new double[columns];
  }

  int columns() {
    return xy.length;
  }

  public void add(double[] x, double value) {
    for (int i = 0; i < x.length; i++) {
      double xi = x[i];
      if (xi != 0) {
        double[] line = xx[i];
        for (int j = 0; j <= i; j++) {
          line[j] += xi * x[j];
        }
        xy[i] += xi * value;
        seconds += xi;
      }
    }
    yy += value * value;
    y += value;
    rows++;
  }

  /** Adds {@code times} times the sums of {@code other}. */
  public void add(NormalEquations other, int times) {
    for (int i = 0; i < xy.length; i++) {
      for (int j = 0; j <= i; j++) {
        xx[i][j] += times * other.xx[i][j];
      }
      xy[i] += times * other.xy[i];
    }
    yy += times * other.yy;
    y += times * other.y;
    seconds += times * other.seconds;
    rows += times * other.rows;
  }

  /** Sum of squared residuals of the rows under powers {@code p}. */
  public double squaredResiduals(double[] p) {
    double sum = yy;
    for (int i = 0; i < p.length; i++) {
      double line = xx[i][i] * p[i];
      for (int j = 0; j < i; j++) {
        line += 2 * xx[i][j] * p[j];
      }
      sum += p[i] * (line - 2 * xy[i]);
    }
    return Math.max(0, sum);
  }

  /** Sum of squared deviations of the values from {@code mean}. */
  public double squaredDeviations(double mean) {
    return yy - 2 * mean * y + rows * mean * mean;
  }

  /** The same sums where columns of {@code fine} are added up to column {@code coarse[fine]}. */
  public NormalEquations gathered(int[] coarse, int columns) {
    NormalEquations result = new NormalEquations(columns);
    for (int i = 0; i < xy.length; i++) {
      for (int j = 0; j <= i; j++) {
        int a = Math.max(coarse[i], coarse[j]);
        int b = Math.min(coarse[i], coarse[j]);
        // An off-diagonal pair that falls onto the diagonal counts twice: x_i x_j + x_j x_i.
        result.xx[a][b] += i != j && a == b ? 2 * xx[i][j] : xx[i][j];
      }
      result.xy[coarse[i]] += xy[i];
    }
    result.yy = yy;
    result.y = y;
    result.seconds = seconds;
    result.rows = rows;
    return result;
  }
}
