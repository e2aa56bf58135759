package perseus.attribution.sensor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Holds the lag and smoothing of the power sensor of a GPU model, as measured with loads at known
 * times. The lag and smoothing that are fitted to a recording may deviate from the measured ones,
 * but a deviation adds a penalty.
 *
 * <p>Source: loads of 5 to 150 ms at random times on H200 GPUs (driver 580) with steady power, 29
 * November 2026. The measured time constants were 12.0 to 14.5 ms (counter) and 14.0 to 14.2 ms
 * (samples).
 *
 * <p>The measured lags were -2.5 to -0.2 ms (counter) and 3.6 ms (samples).
 *
 * @param name part of the GPU's name, in lower case
 * @param counter lag and smoothing of the energy counter
 * @param samples lag and smoothing of the power samples
 */
public record KnownSensor(String name, Kernel counter, Kernel samples) {
  private static final List<KnownSensor> ALL =
      List.of(
          new KnownSensor(
              "h200", new Kernel(-1e-3, 1, 0.013, 0), new Kernel(3.6e-3, 1, 0.0141, 0)));

  /** Standard deviation of the lag between GPUs of the same model, in seconds. */
  public static final double LAG_DEVIATION_SECONDS = 2.5e-3;

  /**
   * Standard deviation of the logarithm of the sensor's time constant between GPUs of the same
   * model.
   */
  private static final double LOW_PASS_DEVIATION = 0.1;

  /** Penalty (added to -2 log likelihood) of a sensor that smooths without a low-pass. */
  private static final double OTHER_FAMILY = 40;

  /** Returns the measured power sensor of a GPU model; empty if it was not measured. */
  public static Optional<KnownSensor> of(String gpu) {
    String lower = gpu.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(known -> lower.contains(known.name)).findFirst();
  }

  /**
   * Returns the penalty (added to -2 log likelihood) of a fitted lag and smoothing.
   *
   * @param known measured lag and smoothing, which contains a low-pass
   * @param kernel fitted lag and smoothing
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
