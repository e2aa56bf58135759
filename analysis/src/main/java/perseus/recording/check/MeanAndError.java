package perseus.recording.check;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Holds the mean of values, and the standard error of the mean.
 *
 * @param mean mean of the values, or NaN if there is no value
 * @param stderr standard error of the mean, or NaN for fewer than two values
 */
record MeanAndError(int count, double mean, double stderr) {
  /** Returns the sum of the squared deviations from the mean; 0 for fewer than two values. */
  double squares() {
    return count < 2 ? 0 : stderr * stderr * count * (count - 1);
  }

  /**
   * Returns the mean of the values from index {@code from} (inclusive) to {@code to} (exclusive);
   * NaN values are ignored.
   */
  static MeanAndError of(double[] values, int from, int to) {
    return of(Arrays.copyOfRange(values, from, to), i -> true);
  }

  /** Returns the mean of the values whose indices fulfill a condition; NaN values are ignored. */
  static MeanAndError of(double[] values, IntPredicate condition) {
    double[] chosen =
        IntStream.range(0, values.length)
            .filter(condition)
            .mapToDouble(i -> values[i])
            .filter(value -> !Double.isNaN(value))
            .toArray();
    double mean = Arrays.stream(chosen).average().orElse(Double.NaN);
    double squares = Arrays.stream(chosen).map(value -> (value - mean) * (value - mean)).sum();
    int n = chosen.length;
    return new MeanAndError(n, mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n));
  }
}
