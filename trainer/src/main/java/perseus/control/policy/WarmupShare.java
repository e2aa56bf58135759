package perseus.control.policy;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.control.RankResult;

/**
 * Computes means over the iterations of a round. The means exclude the first iterations, which only
 * warm up the GPUs, in the same way as the schedulers of the Perseus research release.
 *
 * @param share fraction of a round's iterations, from 0 to 1, that the means exclude at the start
 *     of the round; at least the first iteration is excluded, but the last iteration is always
 *     included
 */
record WarmupShare(double share) {
  /** Default value of the share, as in the Perseus research release. */
  static final double DEFAULT = 0.1;

  /** Name of the scheduler argument that contains the share. */
  static final String ARGUMENT = "warmup_step_ratio";

  /** Reads the share from a scheduler's arguments. */
  static double read(SchedulerArgs args) {
    return args.share(ARGUMENT, DEFAULT);
  }

  private int first(int iterations) {
    return Math.min(Math.max((int) (iterations * share), 1), iterations - 1);
  }

  /** Returns the mean of the values of the iterations. */
  double mean(double[] iterations) {
    return Arrays.stream(iterations, first(iterations.length), iterations.length)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Returns the mean over all executions of an instruction. The result is NaN if there is no
   * execution.
   *
   * @param instances values by iteration and by execution of the instruction; null if there are no
   *     values
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

  /**
   * Returns the mean power of the iterations in watts. The power of an iteration is its energy
   * divided by its time.
   */
  double meanPower(RankResult result) {
    int iterations = result.iterTime().length;
    return IntStream.range(first(iterations), iterations)
        .mapToDouble(i -> result.iterEnergy()[i] / result.iterTime()[i])
        .average()
        .orElse(Double.NaN);
  }
}
