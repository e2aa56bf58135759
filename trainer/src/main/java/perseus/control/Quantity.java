package perseus.control;

import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Defines how values of several ranks are combined into one value: by the maximum for times, and by
 * the sum for energies and powers.
 */
public enum Quantity {
  /** Time in seconds. The combined value of several ranks is the maximum. */
  TIME {
    @Override
    public double join(double one, double other) {
      return Math.max(one, other);
    }

    @Override
    public double join(DoubleStream values) {
      return values.max().orElseThrow();
    }

    @Override
    double[] iterations(RankResult result) {
      return result.iterTime();
    }

    @Override
    Map<String, double[][]> breakdown(RankResult result) {
      return result.timeBreakdown();
    }
  },

  /** Energy in joules, or power in watts. The combined value of several ranks is the sum. */
  ENERGY {
    @Override
    public double join(double one, double other) {
      return one + other;
    }

    @Override
    public double join(DoubleStream values) {
      return values.sum();
    }

    @Override
    double[] iterations(RankResult result) {
      return result.iterEnergy();
    }

    @Override
    Map<String, double[][]> breakdown(RankResult result) {
      return result.energyBreakdown();
    }
  };

  /** Returns the combined value of two ranks. */
  public abstract double join(double one, double other);

  /**
   * Returns the combined value of several ranks. For energies, this method uses a sum that
   * compensates for rounding errors. Therefore the last digit may differ from the sum that repeated
   * calls of the method for two ranks give.
   *
   * @param values values of the ranks, at least one
   */
  public abstract double join(DoubleStream values);

  /** Returns the value of each iteration that a rank measured, in seconds or joules. */
  abstract double[] iterations(RankResult result);

  /**
   * Returns the values of single instructions that a rank measured. The element {@code [i][k]} of
   * an array belongs to the k-th execution of the instruction in iteration i.
   */
  abstract Map<String, double[][]> breakdown(RankResult result);
}
