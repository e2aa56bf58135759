package perseus.control.policy;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.control.RankResult;

/**
 * Computes mean times, energies and powers over the iterations under one frequency schedule. The
 * means exclude the first iterations under the frequency schedule, which only warm up the GPUs. The
 * schedulers of the Perseus research release exclude warm-up iterations from their means in the
 * same way.
 *
 * @param share fraction from 0 to 1 of the iterations under a frequency schedule that count as
 *     warm-up. The means exclude these iterations. The mean times and energies always exclude the
 *     first iteration, unless it is the only iteration. The mean times and energies always include
 *     the last iteration.
 */
record WarmupShare(double share) {
  /**
   * Default fraction of the iterations under a frequency schedule that the means exclude as
   * warm-up. The default fraction is the same as in the Perseus research release.
   */
  static final double DEFAULT = 0.1;

  /**
   * Name of the scheduler argument that contains the fraction of iterations that the means exclude
   * as warm-up.
   */
  static final String ARGUMENT = "warmup_step_ratio";

  /**
   * Reads the fraction of iterations that the means exclude as warm-up from the arguments of a
   * scheduler.
   */
  static double read(SchedulerArgs args) {
    return args.share(ARGUMENT, DEFAULT);
  }

  private int first(int iterations) {
    return Math.min(Math.max((int) (iterations * share), 1), iterations - 1);
  }

  /**
   * Returns the mean of the given values without the values of warm-up iterations. The array {@code
   * iterations} contains one value for each iteration under one frequency schedule.
   */
  double mean(double[] iterations) {
    return without(iterations).average().orElse(Double.NaN);
  }

  /**
   * Returns the given values without the values of warm-up iterations. The array {@code iterations}
   * contains one value for each iteration under one frequency schedule.
   */
  DoubleStream without(double[] iterations) {
    return Arrays.stream(iterations, first(iterations.length), iterations.length);
  }

  /**
   * Returns the given rows without the rows of warm-up iterations. The array {@code iterations}
   * contains one row for each iteration under one frequency schedule.
   */
  double[][] without(double[][] iterations) {
    return iterations.length == 0
        ? iterations
        : Arrays.copyOfRange(iterations, first(iterations.length), iterations.length);
  }

  /**
   * Returns the mean value of all executions of an instruction, without the executions in warm-up
   * iterations. Returns NaN if the instruction was never executed.
   *
   * @param instances array whose element {@code [i][k]} is the value of the k-th execution in
   *     iteration i; null if there are no values
   */
  double mean(double[][] instances) {
    if (instances == null || instances.length == 0) {
      return Double.NaN;
    }
    return Arrays.stream(without(instances))
        .flatMapToDouble(Arrays::stream)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Returns the mean power in watts of the iterations under one frequency schedule, without the
   * warm-up iterations. The power of an iteration is its energy divided by its time.
   */
  double meanPower(RankResult result) {
    int iterations = result.iterTime().length;
    return IntStream.range(first(iterations), iterations)
        .mapToDouble(i -> result.iterEnergy()[i] / result.iterTime()[i])
        .average()
        .orElse(Double.NaN);
  }
}
