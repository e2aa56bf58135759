package perseus.attribution.search;

import java.util.function.DoubleUnaryOperator;

/**
 * Finds the lag of a block of consecutive readings. If a clock was set during the recording, blocks
 * of readings have different lags.
 *
 * <p>A lag far from the expected lag needs a large decrease of -2 log likelihood, because a wrong
 * lag may align readings with a neighbouring instruction.
 */
final class BlockLag {
  private static final double STEP_SECONDS = 2e-3;

  private static final double REACH_SECONDS = 0.015;
  private static final double FAR_STEP_SECONDS = 5e-3;
  private static final double FAR_SECONDS = 0.06;

  /** Minimum decrease of -2 log likelihood per reading for a lag far from the expected lag. */
  private static final double FAR_MARGIN_PER_READING = 1;

  private BlockLag() {}

  /**
   * Returns whether the lag of some readings may differ from the expected lag.
   *
   * @param misfit -2 log likelihood of the readings as a function of the lag
   */
  static boolean differs(double expected, long readings, DoubleUnaryOperator misfit) {
    double same = misfit.applyAsDouble(expected);
    return misfit.applyAsDouble(expected - STEP_SECONDS) < same
        || misfit.applyAsDouble(expected + STEP_SECONDS) < same
        || far(expected, misfit).misfit < same - FAR_MARGIN_PER_READING * readings;
  }

  /** Returns the best lag of some readings in seconds. */
  static double best(double expected, long readings, DoubleUnaryOperator misfit) {
    double near = LagSearch.refine(expected, REACH_SECONDS, misfit);
    double far = LagSearch.refine(far(expected, misfit).lag, FAR_STEP_SECONDS, misfit);
    double margin = FAR_MARGIN_PER_READING * readings;
    return misfit.applyAsDouble(far) < misfit.applyAsDouble(near) - margin ? far : near;
  }

  /** Holds a lag in seconds, and -2 log likelihood of the readings with this lag. */
  private record Far(double lag, double misfit) {}

  /** Returns the best of a few lags around the expected lag. */
  private static Far far(double expected, DoubleUnaryOperator misfit) {
    Far best = new Far(expected, Double.POSITIVE_INFINITY);
    double from = Math.max(LagSearch.MIN_SECONDS, expected - FAR_SECONDS);
    double to = Math.min(LagSearch.MAX_SECONDS, expected + FAR_SECONDS);
    for (double lag = from; lag <= to; lag += FAR_STEP_SECONDS) {
      double value = misfit.applyAsDouble(lag);
      if (value < best.misfit) {
        best = new Far(lag, value);
      }
    }
    return best;
  }
}
