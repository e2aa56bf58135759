package perseus.attribution.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.clock.LagRange;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Sensor;
import perseus.numeric.LocalMinimum;
import perseus.recording.log.Warnings;

/**
 * Finds the lag (delay) of sensor readings that maximizes their likelihood.
 *
 * <p>Problem: find the lag that minimizes -2 log likelihood of the readings ({@link
 * RankSample#misfit}). The log likelihood takes long to evaluate, and its derivative is unknown.
 * The log likelihood has local maxima at wrong lags, which align the sensor readings with a
 * neighbouring instruction.
 *
 * <p>Method: {@link #scan} evaluates the log likelihood over the whole range of lags, in steps that
 * are shorter than an instruction. The method {@link #refine} uses Brent's method from the best lag
 * of the scan on.
 *
 * <p>Complexity: the scan over the range of lags evaluates the log likelihood 49 times. The
 * refinement of the lag evaluates the log likelihood about ten times, and at most 60 times.
 *
 * <p>Limits: lags below {@link #MIN_SECONDS} or above {@link #MAX_SECONDS} are not found.
 * Instructions shorter than {@link #STEP_SECONDS} may lead to a wrong lag.
 *
 * <p>Source: the method of Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5,
 * as implemented in Commons Math.
 */
final class LagSearch {
  static final double MIN_SECONDS = LagRange.MIN_SECONDS;
  static final double MAX_SECONDS = LagRange.MAX_SECONDS;

  /** Difference between neighbouring lags of the scan, in seconds. */
  static final double STEP_SECONDS = 4e-3;

  private static final double TOLERANCE_SECONDS = 5e-5;

  /** Distance in seconds from the minimum or maximum lag below which a lag causes a warning. */
  private static final double END_OF_RANGE_SECONDS = 5e-3;

  /**
   * Relative standard error of all energies if the estimated lag is close to the minimum or maximum
   * lag.
   */
  private static final double ERROR_AT_END_OF_RANGE = 0.5;

  /** Maximum difference between the lag of one rank and the lag of all ranks, in seconds. */
  private static final double RANK_REACH_SECONDS = 0.02;

  private LagSearch() {}

  /** Returns the lag that is closest to {@code lag} (seconds) and within the range of lags. */
  static double clipped(double lag) {
    return Math.max(MIN_SECONDS, Math.min(MAX_SECONDS, lag));
  }

  /** Returns the best lag in seconds for the readings of each rank alone, by global rank. */
  static Map<Integer, Double> ofEach(
      Channel channel, Sensor sensor, List<RankSample> samples, List<PowerModel> models) {
    Map<Integer, Double> lags = new HashMap<>();
    for (int r = 0; r < samples.size(); r++) {
      RankSample sample = samples.get(r);
      PowerModel model = models.get(r);
      lags.put(
          sample.rank(),
          refine(
              channel.kernel(sensor).lagSeconds(),
              RANK_REACH_SECONDS,
              lag -> sample.misfit(channel, channel.withLag(sensor, lag), model)));
    }
    return lags;
  }

  /**
   * Evaluates -2 log likelihood at lags that are {@link #STEP_SECONDS} apart, and returns the lag
   * in seconds with the smallest value.
   */
  static double scan(DoubleUnaryOperator misfit) {
    return scan(misfit, STEP_SECONDS);
  }

  /**
   * Evaluates -2 log likelihood at lags that are {@code stepSeconds} apart, and returns the lag in
   * seconds with the smallest value.
   */
  static double scan(DoubleUnaryOperator misfit, double stepSeconds) {
    double best = 0;
    double smallest = Double.POSITIVE_INFINITY;
    int steps = (int) Math.round((MAX_SECONDS - MIN_SECONDS) / stepSeconds);
    for (int i = 1; i < steps; i++) {
      double lag = MIN_SECONDS + i * stepSeconds;
      double value = misfit.applyAsDouble(lag);
      if (value < smallest) {
        smallest = value;
        best = lag;
      }
    }
    return best;
  }

  /**
   * Returns a lag in seconds at which the function {@code misfit} has a local minimum.
   *
   * @param lag lag in seconds at which the search starts
   * @param reachSeconds maximum distance of the result from {@code lag}, in seconds
   * @param misfit -2 log likelihood as a function of the lag in seconds
   */
  static double refine(double lag, double reachSeconds, DoubleUnaryOperator misfit) {
    return LocalMinimum.of(
        Math.max(MIN_SECONDS, lag - reachSeconds),
        Math.min(MAX_SECONDS, lag + reachSeconds),
        lag,
        1e-6,
        TOLERANCE_SECONDS,
        misfit);
  }

  /**
   * Returns a value between {@code lowest} and {@code highest} at which {@code misfit} has a local
   * minimum. All values are positive.
   *
   * @param tolerance tolerance of the logarithm of the returned value
   */
  static double minimum(
      double lowest, double highest, double start, double tolerance, DoubleUnaryOperator misfit) {
    double upper = Math.log(highest);
    double lower = Math.log(lowest);
    return Math.exp(
        LocalMinimum.of(
            lower,
            upper,
            Math.max(lower, Math.min(upper, Math.log(start))),
            1e-4,
            tolerance,
            log -> misfit.applyAsDouble(Math.exp(log))));
  }

  /**
   * Returns the standard error of the best lag, in seconds, from the second derivative of -2 log
   * likelihood.
   *
   * <pre>
   *   -2 log likelihood = constant + ((L - B) / s)^2
   *     L  lag near the best lag (s)
   *     B  best lag (s)
   *     s  standard error of the best lag (s); the second derivative is 2 / s^2
   * </pre>
   */
  static double stderr(double lag, DoubleUnaryOperator misfit) {
    double h = 1e-3;
    double curvature =
        (misfit.applyAsDouble(lag + h)
                - 2 * misfit.applyAsDouble(lag)
                + misfit.applyAsDouble(lag - h))
            / (h * h);
    return curvature > 0 ? Math.sqrt(2 / curvature) : Double.POSITIVE_INFINITY;
  }

  /**
   * Adds a warning if a lag is close to the minimum or maximum lag. Returns the relative standard
   * error that the uncertain lag adds to all energies.
   *
   * @param what start of the warning, such as "counter seems"
   */
  static double warnAtEndOfRange(double lag, String what, Warnings warnings) {
    if (Math.min(lag - MIN_SECONDS, MAX_SECONDS - lag) < END_OF_RANGE_SECONDS) {
      warnings.doubtful(
          ("The %s to lag by %.0f ms, which is at the end of the range from %.0f to %.0f ms; do the times of instructions and energy come from different host clocks? The standard errors are"
                  + " widened.")
              .formatted(what, 1e3 * lag, 1e3 * MIN_SECONDS, 1e3 * MAX_SECONDS));
      return ERROR_AT_END_OF_RANGE;
    }
    return 0;
  }
}
