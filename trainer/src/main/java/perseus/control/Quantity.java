package perseus.control;

import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * A quantity that every rank measures, with the rule that joins the values of ranks which run at
 * the same time: the job takes as long as its slowest rank and needs the energy of all ranks.
 */
public enum Quantity {
  /** Time in seconds; the joint value is the maximum. */
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

  /** Energy in joules, or power in watts; the joint value is the sum. */
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

  /** Joins the values of two ranks. */
  public abstract double join(double one, double other);

  /**
   * Joins the values of several ranks. A sum of more than two may differ in its last digit from
   * joining them pair by pair, because this one compensates rounding errors.
   *
   * @param values at least one
   */
  public abstract double join(DoubleStream values);

  /** Returns a rank's value of each iteration. */
  abstract double[] iterations(RankResult result);

  /** Returns a rank's values by pipe instruction, iteration and instance. */
  abstract Map<String, double[][]> breakdown(RankResult result);
}
