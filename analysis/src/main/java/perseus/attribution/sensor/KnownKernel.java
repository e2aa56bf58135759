package perseus.attribution.sensor;

/**
 * Holds the lag and low-pass of a sensor that were measured on a GPU model.
 *
 * @param lagDeviationSeconds standard deviation of the lag between GPUs of the same model, in
 *     seconds
 */
public record KnownKernel(Kernel kernel, double lagDeviationSeconds) {
  /** Standard deviation of ln(time constant) between GPUs of the same model. */
  private static final double LOW_PASS_DEVIATION = 0.1;

  /**
   * Maximum penalty of a difference from the measured lag and time constant. A sensor without a
   * low-pass gets the penalty {@code OTHER} in addition.
   */
  private static final double OTHER = 40;

  /**
   * Returns the penalty (added to -2 log likelihood) of a fitted lag and smoothing. For a sensor
   * without a low-pass, the penalty depends on the mean delay, which is the lag plus the delay by
   * smoothing.
   */
  public double penalty(Kernel found) {
    if (found.lowPassSeconds() <= 0) {
      double late = found.meanDelaySeconds() - kernel.meanDelaySeconds();
      return OTHER + Math.min(OTHER, square(late / lagDeviationSeconds));
    }
    double late = (found.lagSeconds() - kernel.lagSeconds()) / lagDeviationSeconds;
    double wide = Math.log(found.lowPassSeconds() / kernel.lowPassSeconds()) / LOW_PASS_DEVIATION;
    return Math.min(OTHER, square(late) + square(wide));
  }

  private static double square(double x) {
    return x * x;
  }
}
