package perseus.control;

import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Computes the value of a whole job from the values that its ranks measured at the same time. For
 * time, the result is the maximum over the ranks. For energy, the result is the sum over the ranks.
 */
public enum Quantity {
  /** Time in seconds. The joint value of several ranks is the maximum. */
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

  /** Energy in joules, or power in watts. The joint value of several ranks is the sum. */
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

  /** Returns the joint value of two ranks. */
  public abstract double join(double one, double other);

  /**
   * Returns the joint value of several ranks. The sum of several values compensates for rounding
   * errors. Therefore the last digit of the sum may differ from a sum that is computed pair by
   * pair.
   *
   * @param values values of the ranks, at least one
   */
  public abstract double join(DoubleStream values);

  /** Returns the value of each iteration that a rank measured, in seconds or joules. */
  abstract double[] iterations(RankResult result);

  /**
   * Returns the values of single instructions that a rank measured. The arrays are indexed by
   * iteration and by instance of the pipe instruction.
   */
  abstract Map<String, double[][]> breakdown(RankResult result);
}
