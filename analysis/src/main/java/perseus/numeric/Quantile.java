package perseus.numeric;

import java.util.Arrays;

/**
 * Computes quantiles of long series. If a series has 10,000 values or more, only an evenly spaced
 * sample of about 5,000 to 10,000 values is sorted. Because only a sample is sorted, the time for
 * sorting does not grow with the length of a long series.
 */
public final class Quantile {
  private static final int MAX_SAMPLE = 10_000;

  private Quantile() {}

  /**
   * Returns the quantile of a series: the value below which a given share of the series' values
   * lies.
   *
   * @param values values of the series in any order, at least one
   * @param share fraction of the values that lie below the returned quantile, from 0 (minimum) to 1
   *     (maximum)
   */
  public static double of(double[] values, double share) {
    int stride = 1 + values.length / MAX_SAMPLE;
    double[] sample = new double[(values.length + stride - 1) / stride];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * stride];
    }
    Arrays.sort(sample);
    return sample[(int) (share * (sample.length - 1))];
  }

  /**
   * Returns the median of a series. If the series has an even number of values, returns the lower
   * of the two values in the middle.
   */
  public static double median(double[] values) {
    return of(values, 0.5);
  }
}
