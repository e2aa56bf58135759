package perseus.control.policy;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.control.RankResult;

/**
 * The iterations that count in a window, by the rule of the published schedulers: the first {@code
 * share} of them, and at least one, warm up.
 */
record WarmupShare(double share) {
  /** The published default. */
  static final double DEFAULT = 0.1;

  private int first(int iterations) {
    return Math.min(Math.max((int) (iterations * share), 1), iterations - 1);
  }

  /** Mean over the iterations that count. */
  double mean(double[] iterations) {
    return Arrays.stream(iterations, first(iterations.length), iterations.length)
        .average()
        .orElse(Double.NaN);
  }

  /** Mean over all instances of the iterations that count; NaN where there are none. */
  double mean(double[][] instances) {
    if (instances == null || instances.length == 0) {
      return Double.NaN;
    }
    return Arrays.stream(instances, first(instances.length), instances.length)
        .flatMapToDouble(Arrays::stream)
        .average()
        .orElse(Double.NaN);
  }

  /** Mean power: of energy over time of each iteration that counts. */
  double meanPower(RankResult result) {
    int iterations = result.iterTime().length;
    return IntStream.range(first(iterations), iterations)
        .mapToDouble(i -> result.iterEnergy()[i] / result.iterTime()[i])
        .average()
        .orElse(Double.NaN);
  }
}
