package perseus.attribution.sensor;

/**
 * A kernel with a low-pass that was measured on a GPU model, and how far the kernel of a recording
 * may differ from it.
 *
 * @param lagDeviationSeconds standard deviation of the lag in seconds
 */
public record KnownKernel(Kernel kernel, double lagDeviationSeconds) {
  /** Standard deviation of the logarithm of the time constant. */
  private static final double LOW_PASS_DEVIATION = 0.1;

  /**
   * Penalty of a kernel without a low-pass, and largest penalty of a difference. A recording of
   * which the clocks or the GPU are other ones than expected can overcome it.
   */
  private static final double OTHER = 40;

  /**
   * Returns the penalty of a kernel of a recording, in the unit of -2 times a log likelihood.
   * Without a low-pass, the mean delay is compared, which holds the lag and the smoothing.
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
