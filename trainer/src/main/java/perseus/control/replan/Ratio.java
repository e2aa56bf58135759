package perseus.control.replan;

/**
 * Holds the mean of several measured values, each divided by its prediction.
 *
 * @param mean mean ratio of measured to predicted values; 1 if they agree
 * @param stderr standard error of the mean; NaN for a single value
 * @param values number of measured values
 */
record Ratio(double mean, double stderr, long values) {
  private static final double STANDARD_ERRORS = 2;

  /**
   * Computes the mean and its standard error without storing each value, because a large job has
   * many millions of values.
   */
  static final class Sum {
    private long values;
    private double deviations;
    private double squares;

    void add(double ratio) {
      double deviation = ratio - 1;
      values++;
      deviations += deviation;
      squares += deviation * deviation;
    }

    Ratio ratio() {
      double mean = deviations / values;
      double variance = Math.max(0, squares / values - mean * mean);
      return new Ratio(
          1 + mean, values < 2 ? Double.NaN : Math.sqrt(variance / (values - 1)), values);
    }
  }

  /**
   * Returns 1 if the mean is clearly above 1, -1 if it is clearly below 1, and 0 otherwise. A
   * difference from 1 is clear if it exceeds the tolerance plus two standard errors. For a single
   * value, the method {@code sideBeyond} returns 0, because the standard error is unknown.
   */
  int sideBeyond(double tolerance) {
    return Math.abs(mean - 1) - STANDARD_ERRORS * stderr > tolerance
        ? (int) Math.signum(mean - 1)
        : 0;
  }
}
