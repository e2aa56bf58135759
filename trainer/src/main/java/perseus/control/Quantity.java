package perseus.control;

import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Defines how the values of several ranks are combined. Times are combined by the maximum; energies
 * and powers are added up.
 */
public enum Quantity {
  /** Time in seconds. The combined time of several ranks is the maximum of their times. */
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

  /**
   * Energy in joules, or power in watts. The combined energy (or power) of several ranks is the sum
   * of their energies (or powers).
   */
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

  /** Combines the values of two ranks: returns the larger time, or the sum of the energies. */
  public abstract double join(double one, double other);

  /**
   * Combines the values of several ranks: returns the largest time, or the sum of the energies. The
   * sum of energies is compensated for rounding errors.
   *
   * @param values one time or energy of each rank; at least one value
   */
  public abstract double join(DoubleStream values);

  /**
   * Returns the time in seconds or the energy in joules of each iteration that the rank measured.
   */
  abstract double[] iterations(RankResult result);

  /**
   * Returns the measured times or energies of single instructions of a rank. Each key of the
   * returned map is the name of an instruction, such as {@code forward}. In an array of the
   * returned map, the element {@code [i][k]} belongs to the k-th execution of the instruction in
   * iteration i.
   */
  abstract Map<String, double[][]> breakdown(RankResult result);
}
