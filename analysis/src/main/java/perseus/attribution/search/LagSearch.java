package perseus.attribution.search;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Finds the lag of a sensor: the lag L that minimizes a misfit f(L).
 *
 * <p>Problem: f is -2 log likelihood of the counter's updates (see {@link RankSample#misfit}), a
 * function of one variable that is expensive to compute and has no derivative. It has a local
 * minimum for each lag that aligns the updates with a neighbouring instruction instead of the right
 * one.
 *
 * <p>Method: {@link #scan} computes f over the whole range, in steps that are shorter than an
 * instruction; {@link #refine} continues from the best step with Brent's method, which combines
 * golden sections with parabolic interpolation.
 *
 * <p>Complexity: 49 evaluations of f for the scan and at most 60, usually about ten, to refine.
 * Limits: lags outside {@link #MIN_SECONDS} to {@link #MAX_SECONDS} are not found, and instructions
 * shorter than {@link #STEP_SECONDS} may lead to a wrong local minimum. Source: Brent, Algorithms
 * for Minimization without Derivatives, 1973, chapter 5, as implemented in Commons Math.
 */
final class LagSearch {
  /**
   * Minimum lag in seconds. A lag is negative where the clocks of the two logs differ or where
   * times were read late.
   */
  static final double MIN_SECONDS = -0.02;

  /** Maximum lag in seconds. */
  static final double MAX_SECONDS = 0.18;

  /** Distance between two lags of the scan, in seconds. */
  static final double STEP_SECONDS = 4e-3;

  private static final double TOLERANCE_SECONDS = 5e-5;

  private static final int MAX_EVALUATIONS = 60;

  private LagSearch() {}

  /** Returns the multiple of {@link #STEP_SECONDS} in the range with the smallest misfit. */
  static double scan(DoubleUnaryOperator misfit) {
    double best = 0;
    double smallest = Double.POSITIVE_INFINITY;
    int steps = (int) Math.round((MAX_SECONDS - MIN_SECONDS) / STEP_SECONDS);
    for (int i = 1; i < steps; i++) {
      double lag = MIN_SECONDS + i * STEP_SECONDS;
      double value = misfit.applyAsDouble(lag);
      if (value < smallest) {
        smallest = value;
        best = lag;
      }
    }
    return best;
  }

  /**
   * Returns a lag with a local minimum of the misfit, within {@code reachSeconds} of {@code lag}.
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
   * Returns the standard error of the best lag in seconds. Near its minimum -2 log likelihood is a
   * constant plus (L - lag)^2 / s^2, so its second derivative is 2 / s^2 for the standard error s.
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
}
