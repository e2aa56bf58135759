package perseus.attribution.sensor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Holds the kernels of a GPU model whose sensor was measured with loads at known times. A recording
 * of such a GPU may move the kernels, but only against a penalty, because a recording alone often
 * cannot tell a kernel from the way in which power varies within instructions.
 *
 * <p>Source: bursts and rests of 5 to 150 ms at random on H200 GPUs whose power was steady (driver
 * 580), 29 November 2026. Their time constants were 12.0 to 14.5 ms (counter) and 14.0 to 14.2 ms
 * (samples); their lags were -2.5 to -0.2 ms (counter) and 3.6 ms (samples).
 *
 * @param name part of the GPU's name, in lower case
 * @param counter kernel of the energy counter
 * @param samples kernel of the power samples
 */
public record KnownSensor(String name, Kernel counter, Kernel samples) {
  private static final List<KnownSensor> ALL =
      List.of(
          new KnownSensor(
              "h200", new Kernel(-1e-3, 1, 0.013, 0), new Kernel(3.6e-3, 1, 0.0141, 0)));

  /** Standard deviation of the lag of a known kernel, in seconds. */
  public static final double LAG_DEVIATION_SECONDS = 2.5e-3;

  /** Standard deviation of the logarithm of a known time constant. */
  private static final double LOW_PASS_DEVIATION = 0.1;

  /** Penalty of a kernel without a low-pass, in the unit of -2 times a log likelihood. */
  private static final double OTHER_FAMILY = 40;

  /** Returns the known sensor of a GPU; empty if its sensor was not measured. */
  public static Optional<KnownSensor> of(String gpu) {
    String lower = gpu.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(known -> lower.contains(known.name)).findFirst();
  }

  /**
   * Returns the penalty of a kernel, in the unit of -2 times a log likelihood.
   *
   * @param known known kernel of the same sort of readings, which has a low-pass
   * @param kernel kernel of which the penalty is computed
   */
  public static double penalty(Kernel known, Kernel kernel) {
    double late = (kernel.meanDelaySeconds() - known.meanDelaySeconds()) / LAG_DEVIATION_SECONDS;
    if (kernel.lowPassSeconds() <= 0) {
      return OTHER_FAMILY + late * late;
    }
    double wide = Math.log(kernel.lowPassSeconds() / known.lowPassSeconds()) / LOW_PASS_DEVIATION;
    return late * late + wide * wide;
  }
}
