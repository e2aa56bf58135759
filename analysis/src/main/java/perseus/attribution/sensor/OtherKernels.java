package perseus.attribution.sensor;

import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds a rank whose sensor smooths power in another way than the sensors of the other ranks.
 *
 * <p>Method: six other kinds of smoothing are tried, each with the usual mean delay and with the
 * usual lag. Complexity: at most 12 evaluations of the log likelihood.
 *
 * <p>Limits: the energies of a rank with another smoothing are still computed with the smoothing of
 * the other ranks.
 */
public final class OtherKernels {
  private static final List<Kernel> SHAPES =
      List.of(
          Kernel.PLAIN,
          Kernel.lowPass(0.015),
          Kernel.lowPass(0.06),
          Kernel.average(0.1),
          Kernel.average(0.2),
          Kernel.average(0.4),
          Kernel.ofShare(0.5),
          Kernel.ofShare(0.25),
          Kernel.ofShare(0.1));

  /**
   * Relative standard error of energies that are computed with a wrong smoothing. Energies of 50 ms
   * forwards have errors of 8 to 26 % if a low-pass of 12.5 ms replaces a running average over 0.2
   * s.
   */
  private static final double ERROR = 0.2;

  private OtherKernels() {}

  /**
   * Returns whether a smoothing other than {@code usual} has a -2 log likelihood below {@code
   * misfit}.
   *
   * @param usual lag and smoothing of the other ranks
   * @param misfit -2 log likelihood below which another smoothing is better
   * @param memorySeconds longest smoothing in seconds that the readings can show
   * @param misfitOf returns -2 log likelihood of the readings for a lag and smoothing
   */
  public static boolean fitBetter(
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

  /**
   * Adds a warning about a rank whose sensor differs from the sensors of the other ranks. Returns
   * the relative standard error of energies that are computed with a wrong smoothing.
   */
  public static double warn(int rank, Warnings warnings) {
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "other kernel",
            rank,
            1,
            ERROR,
            "The sensor of rank "
                + rank
                + " averages power in another way than the sensors of other ranks, so that its energies may be wrong. Are the GPUs of different models? Analyze this rank"
                + " alone. The standard errors are widened."));
    return ERROR;
  }
}
