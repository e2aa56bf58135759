package perseus.attribution.search;

import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.attribution.sensor.Kernel;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds a rank whose sensor smooths power in another way than those of the other ranks, for example
 * because its GPU is of another model.
 *
 * <p>Method: a few kernels are compared with the kernel of all ranks, each with two lags: with the
 * same mean delay, and with the same lag. Complexity: at most 12 evaluations of the misfit.
 *
 * <p>Limits: the rank is named in a warning, but its energies are computed with the kernel of all
 * ranks.
 */
final class OtherKernels {
  private static final List<Kernel> SHAPES =
      List.of(
          Kernel.PLAIN,
          Kernel.lowPass(0.015),
          Kernel.lowPass(0.06),
          Kernel.average(0.1),
          Kernel.average(0.2),
          Kernel.average(0.4));

  /**
   * Relative standard error of energies with a wrong kernel. A low-pass of 12.5 ms in place of a
   * running average over 0.2 s makes forwards of 50 ms wrong by 8 to 26 %.
   */
  private static final double ERROR = 0.15;

  private OtherKernels() {}

  /**
   * Returns whether another kernel explains the readings of a rank.
   *
   * @param usual kernel of all ranks
   * @param misfit misfit below which another kernel is better
   * @param memorySeconds longest memory of a kernel that the readings can judge
   * @param misfitOf returns the misfit of a kernel
   */
  static boolean fitBetter(
      Kernel usual, double misfit, double memorySeconds, ToDoubleFunction<Kernel> misfitOf) {
    for (Kernel shape : SHAPES) {
      double sameDelay = usual.meanDelaySeconds() - shape.meanDelaySeconds();
      for (double lag : new double[] {sameDelay, usual.lagSeconds()}) {
        if (shape.memorySeconds() <= memorySeconds
            && misfitOf.applyAsDouble(shape.withLag(lag)) < misfit) {
          return true;
        }
      }
    }
    return false;
  }

  /** Warns of a rank. Returns the relative standard error that is added to its energies. */
  static double warn(int rank, Warnings warnings) {
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "other kernel",
            rank,
            1,
            ERROR,
            "The sensor of rank "
                + rank
                + " smooths power in another way than those of the other ranks, so that its"
                + " energies may be wrong. Are the GPUs of different models? Analyze this rank"
                + " alone. The standard errors are widened."));
    return ERROR;
  }
}
