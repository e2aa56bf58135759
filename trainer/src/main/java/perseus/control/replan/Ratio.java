package perseus.control.replan;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

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

  static Ratio of(SummaryStatistics ratios) {
    double stderr =
        ratios.getN() < 2 ? Double.NaN : ratios.getStandardDeviation() / Math.sqrt(ratios.getN());
    return new Ratio(ratios.getMean(), stderr, ratios.getN());
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
