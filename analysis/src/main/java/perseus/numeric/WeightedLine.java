package perseus.numeric;

/** Fits a straight line through points (x, y) by weighted least squares, in one pass. */
public final class WeightedLine {
  /**
   * The points determine a slope only if the variance of x, divided by the mean square of x, is at
   * least this constant.
   */
  private static final double MIN_SPREAD = 1e-12;

  private double weights;
  private double x;
  private double y;
  private double xx;
  private double xy;

  /**
   * Adds a point.
   *
   * @param weight inverse variance of {@code newY}, at least 0
   */
  public void add(double newX, double newY, double weight) {
    weights += weight;
    x += weight * newX;
    y += weight * newY;
    xx += weight * newX * newX;
    xy += weight * newX * newY;
  }

  /**
   * Returns the weighted sum of the squared deviations of x from the mean of x. The weighted sum of
   * squared deviations is the inverse variance of the slope.
   */
  public double information() {
    return weights > 0 ? Math.max(0, xx - x * x / weights) : 0;
  }

  /** Returns the weighted sum of the products of the deviations of x and y from their means. */
  public double product() {
    return weights > 0 ? xy - x * y / weights : 0;
  }

  /** Returns the slope of the line; 0 if the points do not determine it. */
  public double slope() {
    return information() > MIN_SPREAD * xx ? product() / information() : 0;
  }

  /** Returns the value of the line at {@code position}; 0 if no point has a weight above 0. */
  public double at(double position) {
    return weights > 0 ? y / weights + slope() * (position - x / weights) : 0;
  }

  /**
   * Computes the standard error of the slope from the distances of points to the line. All points
   * have the same weight in this computation.
   *
   * @param xs positions of at least three points; the mean of the positions must be about 0
   * @param ys y coordinates of the points
   */
  public double slopeStderr(double[] xs, double[] ys) {
    double squares = 0;
    double spread = 0;
    for (int k = 0; k < ys.length; k++) {
      double residual = ys[k] - at(xs[k]);
      squares += residual * residual;
      spread += xs[k] * xs[k];
    }
    return Math.sqrt(squares / (ys.length - 2) / spread);
  }
}
