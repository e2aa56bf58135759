package perseus.control.policy;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.control.RankResult;

/**
 * Means over the iterations of a round without its first ones, as in the published schedulers.
 *
 * @param share share of the iterations, from 0 to 1, that only warm up and are left out; at least
 *     one iteration is left out and at least one remains
 */
record WarmupShare(double share) {
  /** Default of the published schedulers. */
  static final double DEFAULT = 0.1;

  /** Argument of a scheduler with the share. */
  static final String ARGUMENT = "warmup_step_ratio";

  /** Reads the share from a scheduler's arguments. */
  static double read(SchedulerArgs args) {
    return args.share(ARGUMENT, DEFAULT);
  }

  private int first(int iterations) {
    return Math.min(Math.max((int) (iterations * share), 1), iterations - 1);
  }

  /** Returns the mean of a value per iteration. */
  double mean(double[] iterations) {
    return Arrays.stream(iterations, first(iterations.length), iterations.length)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Returns the mean over all instances of an instruction; NaN if there is none.
   *
   * @param instances values as {@code [iteration][instance]}; null for none
   */
  double mean(double[][] instances) {
    if (instances == null || instances.length == 0) {
      return Double.NaN;
    }
    return Arrays.stream(instances, first(instances.length), instances.length)
        .flatMapToDouble(Arrays::stream)
        .average()
        .orElse(Double.NaN);
  }

  /** Returns the mean of each iteration's power in watts, which is its energy over its time. */
  double meanPower(RankResult result) {
    int iterations = result.iterTime().length;
    return IntStream.range(first(iterations), iterations)
        .mapToDouble(i -> result.iterEnergy()[i] / result.iterTime()[i])
        .average()
        .orElse(Double.NaN);
  }
}
