package perseus.attribution.clock;

import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Finds the lag with the smallest misfit in a wide range of lags.
 *
 * <p>The iterations of training are alike, so a lag that is wrong by the length of an iteration
 * fits nearly as well as the right one. Of lags that fit nearly equally well, the one nearest to an
 * expected lag is chosen.
 *
 * <p>Method: the misfit is evaluated at lags that are {@link #STEP_SECONDS} apart. The best local
 * minima are refined.
 */
final class LagScan {
  /** Difference between neighbouring lags, in seconds. */
  static final double STEP_SECONDS = 0.01;

  static final double FINE_STEP_SECONDS = 1e-3;

  private static final int REFINED = 10;

  /** Lags whose misfits differ by less than this value fit equally well. */
  private static final double EQUAL = 0.2;

  /** Holds a lag in seconds and its misfit. */
  record Lag(double seconds, double misfit) {}

  private LagScan() {}

  /** Returns the lag with the smallest misfit of those that are {@code step} seconds apart. */
  static Lag least(DoubleUnaryOperator misfit, double from, double to, double step) {
    Lag best = null;
    int steps = (int) Math.round((to - from) / step);
    for (int i = 0; i <= steps; i++) {
      double seconds = from + i * step;
      double value = misfit.applyAsDouble(seconds);
      if (best == null || value < best.misfit) {
        best = new Lag(seconds, value);
      }
    }
    return best;
  }

  /** Returns the lag with the smallest misfit at most {@link #STEP_SECONDS} from {@code near}. */
  static Lag fine(DoubleUnaryOperator misfit, double near) {
    return least(misfit, near - STEP_SECONDS, near + STEP_SECONDS, FINE_STEP_SECONDS);
  }

  /**
   * Returns the best lag between {@code -most} and {@code most} seconds.
   *
   * @param expected lag in seconds near which the result should lie
   * @param coarse misfit as a function of the lag, which is evaluated at all lags
   * @param exact misfit as a function of the lag, which decides between the best lags
   */
  static Lag widest(
      double most, double expected, DoubleUnaryOperator coarse, DoubleUnaryOperator exact) {
    int size = (int) Math.round(2 * most / STEP_SECONDS) + 1;
    double[] values =
        IntStream.range(0, size)
            .mapToDouble(j -> coarse.applyAsDouble(-most + j * STEP_SECONDS))
            .toArray();
    Lag[] minima =
        IntStream.range(1, size - 1)
            .filter(j -> values[j] <= values[j - 1] && values[j] <= values[j + 1])
            .boxed()
            .sorted(Comparator.comparingDouble(j -> values[j]))
            .limit(REFINED)
            .map(j -> fine(exact, -most + j * STEP_SECONDS))
            .toArray(Lag[]::new);
    double least = Double.POSITIVE_INFINITY;
    for (Lag lag : minima) {
      least = Math.min(least, lag.misfit);
    }
    Lag best = null;
    for (Lag lag : minima) {
      boolean isNearer =
          best == null || Math.abs(lag.seconds - expected) < Math.abs(best.seconds - expected);
      best = lag.misfit < least + EQUAL && isNearer ? lag : best;
    }
    return best == null ? new Lag(expected, exact.applyAsDouble(expected)) : best;
  }
}
