package perseus.numeric;

import java.util.Arrays;

/** Quantiles of long series, from some ten thousand values spread evenly over them. */
public final class Quantile {
  private static final int ENOUGH = 10_000;

  private Quantile() {}

  /** The value below which {@code share} of {@code values} lies; they may not be empty. */
  public static double of(double[] values, double share) {
    int stride = 1 + values.length / ENOUGH;
    double[] sample = new double[(values.length + stride - 1) / stride];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * stride];
    }
    Arrays.sort(sample);
    return sample[(int) (share * (sample.length - 1))];
  }

  public static double median(double[] values) {
    return of(values, 0.5);
  }
}
