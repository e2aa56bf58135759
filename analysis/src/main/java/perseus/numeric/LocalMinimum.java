package perseus.numeric;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Finds a local minimum of a function of one variable by Brent's method.
 *
 * <p>Source: Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5, as
 * implemented in Commons Math.
 */
public final class LocalMinimum {
  private static final int MAX_EVALUATIONS = 60;

  private LocalMinimum() {}

  /**
   * Returns an argument from {@code lowest} to {@code highest} at which {@code function} has a
   * local minimum. Complexity: about 10 and at most 60 evaluations of {@code function}.
   *
   * @param start argument at which the search starts
   * @param relativeTolerance tolerance of the returned argument, as a fraction of the argument
   * @param absoluteTolerance further tolerance of the returned argument
   */
  public static double of(
      double lowest,
      double highest,
      double start,
      double relativeTolerance,
      double absoluteTolerance,
      DoubleUnaryOperator function) {
    return new BrentOptimizer(relativeTolerance, absoluteTolerance)
        .optimize(
            new MaxEval(MAX_EVALUATIONS),
            new UnivariateObjectiveFunction(function::applyAsDouble),
            GoalType.MINIMIZE,
            new SearchInterval(lowest, highest, start))
        .getPoint();
  }
}
