package perseus.numeric;

import java.util.Arrays;

/**
 * Computes quantiles of long series. Of 10,000 values or more, only an evenly spaced sample of
 * 5,000 to 10,000 values is used, to limit the computing time.
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
    boolean comparable = true;
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * stride];
      comparable &= sample[i] == sample[i];
    }
    int index = (int) (share * (sample.length - 1));
    if (comparable) {
      return select(sample, sample.length, index);
    }
    // NaN counts as larger than all numbers.
    Arrays.sort(sample);
    return sample[index];
  }

  /**
   * Returns the value that would have the index {@code k} if the first {@code size} values were
   * sorted. The method changes the order of {@code values}. Complexity: O(size) time on average
   * (quickselect; Hoare, 1961).
   *
   * @param values numbers, none of them NaN
   * @param size number of values from the start of {@code values} that are used
   */
  public static double select(double[] values, int size, int k) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      double pivot = middle(values[low], values[(low + high) >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      // Values up to index j are at most the pivot, and values from index i on are at least the
      // pivot. A value between the indices j and i equals the pivot.
      if (k <= j) {
        high = j;
      } else if (k >= i) {
        low = i;
      } else {
        return values[k];
      }
    }
    return values[k];
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /**
   * Returns the median of a series. If the series has an even number of values, returns the lower
   * of the two values in the middle.
   */
  public static double median(double[] values) {
    return of(values, 0.5);
  }
}
