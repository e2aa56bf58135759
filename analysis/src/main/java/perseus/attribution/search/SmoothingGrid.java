package perseus.attribution.search;

/**
 * Lists the parameters of each kind of smoothing that {@link KernelSearch} tries first, and how
 * finely it searches between them.
 */
final class SmoothingGrid {
  /** Averaged fractions of an update. */
  static final double[] SHARES = {0.5, 0.25, 0.1};

  /** Time constants of low-passes, in seconds. */
  static final double[] LOW_PASSES = {4e-3, 8e-3, 0.016, 0.032, 0.064, 0.1, 0.15};

  /** Durations of running averages, in seconds. */
  static final double[] AVERAGES = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.1, 1.5};

  /** Number of best parameters of each kind of smoothing whose lags are refined. */
  static final int REFINED_LAGS = 3;

  /** Tolerance of the logarithm of a smoothing parameter. */
  static final double TOLERANCE = 0.02;

  /** Tolerance for running averages. Their sharp ends make a wrong duration costly. */
  static final double TOLERANCE_OF_AVERAGES = 4e-3;

  private SmoothingGrid() {}
}
