package perseus.attribution.search;

/**
 * Describes a lag that changes linearly with time: {@code middle + slope * t}, where t is the time
 * since the middle of a recording.
 *
 * @param middle lag in the middle of the recording, in seconds
 * @param slope change of the lag in seconds per second
 */
record LagLine(double middle, double slope) {
  /** Smallest determinant of the normal equations, relative to their diagonal. */
  private static final double MIN_DETERMINANT = 1e-12;

  /**
   * Returns the line with the least weighted squared distance from lags.
   *
   * @param times time of each lag since the middle of the recording, in seconds
   * @param lags lags in seconds
   * @param weights inverse variance of each lag, in 1/s^2
   */
  static LagLine of(double[] times, double[] lags, double[] weights) {
    double w = 0;
    double t = 0;
    double x = 0;
    double tt = 0;
    double tx = 0;
    for (int k = 0; k < lags.length; k++) {
      w += weights[k];
      t += weights[k] * times[k];
      x += weights[k] * lags[k];
      tt += weights[k] * times[k] * times[k];
      tx += weights[k] * times[k] * lags[k];
    }
    double determinant = w * tt - t * t;
    if (!(determinant > MIN_DETERMINANT * w * tt)) {
      return new LagLine(w > 0 ? x / w : 0, 0);
    }
    return new LagLine((tt * x - t * tx) / determinant, (w * tx - t * x) / determinant);
  }

  /** Returns the standard error of the slope from the scatter of at least three lags. */
  double slopeStderr(double[] times, double[] lags) {
    double squares = 0;
    double spread = 0;
    for (int k = 0; k < lags.length; k++) {
      double residual = lags[k] - middle - slope * times[k];
      squares += residual * residual;
      spread += times[k] * times[k];
    }
    return Math.sqrt(squares / (lags.length - 2) / spread);
  }
}
