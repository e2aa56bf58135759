package perseus.control.replan;

/**
 * Holds the ratio of measured values to their predictions.
 *
 * @param mean mean ratio; 1 if the measurement is as predicted
 * @param stderr standard error of the mean; NaN for a single value
 * @param values number of measured values
 */
record Ratio(double mean, double stderr, long values) {
  /** Standard errors by which a deviation must exceed the tolerance. */
  private static final double STANDARD_ERRORS = 2;

  /** Adds up ratios, of which a round of a large job has many millions. */
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
   * Returns 1 or -1 if the ratio is above or below 1 by more than a tolerance, even if it is wrong
   * by two standard errors; otherwise 0. A single value is never beyond the tolerance, because its
   * error is unknown.
   */
  int sideBeyond(double tolerance) {
    return Math.abs(mean - 1) - STANDARD_ERRORS * stderr > tolerance
        ? (int) Math.signum(mean - 1)
        : 0;
  }
}
