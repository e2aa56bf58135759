package perseus.attribution.search;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import perseus.recording.log.Warnings;

/**
 * Finds the lag (delay) of an energy counter: the lag L for which the misfit f(L) is smallest.
 *
 * <p>Problem: the misfit f(L) of a lag L is -2 times the log likelihood of the counter's updates
 * (see {@link RankSample#misfit}). The misfit f has one variable, takes long to compute, and has no
 * known derivative. The misfit f also has local minima at wrong lags that align the counter updates
 * with a neighbouring instruction.
 *
 * <p>Method: {@link #scan} computes the misfit over the whole range of lags, in steps that are
 * shorter than an instruction. {@link #refine} then starts at the best lag of the scan and uses
 * Brent's method, which combines golden-section search and parabolic interpolation.
 *
 * <p>Complexity: the scan evaluates the misfit 49 times. The refinement evaluates the misfit at
 * most 60 times, usually about ten times.
 *
 * <p>Limits: lags outside the range from {@link #MIN_SECONDS} to {@link #MAX_SECONDS} are not
 * found. Instructions shorter than {@link #STEP_SECONDS} may lead to a wrong local minimum.
 *
 * <p>Source: the method of Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5,
 * as implemented in Commons Math.
 */
final class LagSearch {
  /**
   * Minimum lag in seconds. The lag of the energy counter may be negative if the instruction log
   * and the energy log were recorded with different clocks, or if the times of instructions were
   * read late.
   */
  static final double MIN_SECONDS = -0.02;

  /** Maximum lag in seconds. */
  static final double MAX_SECONDS = 0.18;

  /** Difference between two neighbouring lags that the scan evaluates, in seconds. */
  static final double STEP_SECONDS = 4e-3;

  private static final double TOLERANCE_SECONDS = 5e-5;

  /**
   * Minimum difference in seconds between the estimated lag and each end of the range of lags that
   * this class examines. A smaller difference between the lag and an end of the range causes a
   * warning.
   */
  private static final double END_OF_RANGE_SECONDS = 5e-3;

  /** Relative standard error of all energies if the lag is at an end of the range. */
  private static final double ERROR_AT_END_OF_RANGE = 0.4;

  /** Tolerance of the logarithm of a shape. */
  private static final double SHAPE_TOLERANCE = 0.02;

  private static final int MAX_EVALUATIONS = 60;

  private LagSearch() {}

  /**
   * Evaluates the misfit at evenly spaced lags, which are {@link #STEP_SECONDS} apart. Returns the
   * evaluated lag with the smallest misfit, in seconds.
   */
  static double scan(DoubleUnaryOperator misfit) {
    return scan(misfit, STEP_SECONDS);
  }

  /**
   * Evaluates the misfit at evenly spaced lags, which are {@code stepSeconds} apart. Returns the
   * evaluated lag with the smallest misfit, in seconds.
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
   * Returns a lag in seconds at which the misfit has a local minimum.
   *
   * @param lag lag in seconds at which the search starts
   * @param reachSeconds maximum difference between the result and {@code lag}, in seconds
   * @param misfit function to minimize; its argument is the lag in seconds
   */
  static double refine(double lag, double reachSeconds, DoubleUnaryOperator misfit) {
    return new BrentOptimizer(1e-6, TOLERANCE_SECONDS)
        .optimize(
            new MaxEval(MAX_EVALUATIONS),
            new UnivariateObjectiveFunction(misfit::applyAsDouble),
            GoalType.MINIMIZE,
            new SearchInterval(
                Math.max(MIN_SECONDS, lag - reachSeconds),
                Math.min(MAX_SECONDS, lag + reachSeconds),
                lag))
        .getPoint();
  }

  /**
   * Returns the shape between {@code lowest} and {@code highest} at which the misfit has a local
   * minimum. The search is on the logarithm of the shape, to about 2 percent of the shape.
   */
  static double minimum(double lowest, double highest, double start, DoubleUnaryOperator misfit) {
    double upper = Math.log(highest);
    double lower = Math.log(lowest);
    return Math.exp(
        new BrentOptimizer(1e-4, SHAPE_TOLERANCE)
            .optimize(
                new MaxEval(MAX_EVALUATIONS),
                new UnivariateObjectiveFunction(log -> misfit.applyAsDouble(Math.exp(log))),
                GoalType.MINIMIZE,
                new SearchInterval(lower, upper, Math.max(lower, Math.min(upper, Math.log(start)))))
            .getPoint());
  }

  /**
   * Returns the standard error of the best lag, in seconds. For a lag L near the best lag, the
   * misfit f(L) is approximately a constant plus {@code (L - lag)^2 / s^2}, where s is the standard
   * error of the best lag. So the second derivative of the misfit is 2 / s^2, where s is the
   * standard error of the best lag.
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
   * Adds a warning if a lag is close to an end of the range of lags that this class examines.
   * Returns the relative standard error that this adds to all energies.
   *
   * @param what start of the text of a warning: the late readings and a verb, such as "counter
   *     seems"
   */
  static double warnAtEndOfRange(double lag, String what, Warnings warnings) {
    if (Math.min(lag - MIN_SECONDS, MAX_SECONDS - lag) < END_OF_RANGE_SECONDS) {
      warnings.doubtful(
          ("The %s to lag by %.0f ms, which is at the end of the range from %.0f to %.0f ms; were"
                  + " instructions and energy recorded with different clocks? The standard errors are"
                  + " widened.")
              .formatted(what, 1e3 * lag, 1e3 * MIN_SECONDS, 1e3 * MAX_SECONDS));
      return ERROR_AT_END_OF_RANGE;
    }
    return 0;
  }
}
