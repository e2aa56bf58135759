package perseus.attribution.search;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Finds the lag with the least misfit: a scan in steps shorter than an instruction, since the
 * misfit has a local minimum for each instruction that a wrong lag lines up with, then Brent's
 * method around the best.
 */
final class LagSearch {
  /** Distance in seconds between two lags of the scan. */
  static final double STEP = 4e-3;

  private static final double TOLERANCE = 5e-5;

  private LagSearch() {}

  /** The lag in seconds at which {@code misfit} is least, to within {@link #STEP}. */
  static double everywhere(DoubleUnaryOperator misfit) {
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    int steps = (int) Math.round((RankSample.MOST_LAG - RankSample.LEAST_LAG) / STEP);
    for (int i = 1; i < steps; i++) {
      double lag = RankSample.LEAST_LAG + i * STEP;
      double value = misfit.applyAsDouble(lag);
      if (value < least) {
        least = value;
        best = lag;
      }
    }
    return best;
  }

  /** The lag in seconds at which {@code misfit} is least within {@code reach} of {@code lag}. */
  static double near(double lag, double reach, DoubleUnaryOperator misfit) {
    return new BrentOptimizer(1e-6, TOLERANCE)
        .optimize(
            new MaxEval(60),
            new UnivariateObjectiveFunction(misfit::applyAsDouble),
            GoalType.MINIMIZE,
            new SearchInterval(
                Math.max(RankSample.LEAST_LAG, lag - reach),
                Math.min(RankSample.MOST_LAG, lag + reach),
                lag))
        .getPoint();
  }

  /** Standard error in seconds of a lag, from the curvature of minus twice the log likelihood. */
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
