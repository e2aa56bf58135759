package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import perseus.attribution.result.Heat;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * Describes in {@code profile.json} how the power sensors of the profiled GPUs delay and smooth
 * power.
 *
 * @param counter lag and smoothing of the energy counter
 * @param samples lag and smoothing of the power samples; null if none were recorded
 * @param heat temperature correction of the energies; null if no temperature was recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SensorNotes(KernelNotes counter, KernelNotes samples, HeatNotes heat) {

  /**
   * Describes the lag and smoothing of an energy counter or of power samples, with the formulas of
   * {@link Kernel}.
   *
   * @param lagSeconds time from the use of power to its effect on a reading, in seconds
   * @param lowPassSeconds time constant of the low-pass in seconds; 0 without a low-pass
   * @param averageSeconds width of the running average in seconds; 0 without a running average
   * @param share fraction of the time between two counter updates over which the counter averages
   *     power; in (0, 1]
   */
  public record KernelNotes(
      double lagSeconds, double lowPassSeconds, double averageSeconds, double share) {
    private static KernelNotes of(Kernel kernel) {
      return kernel == null
          ? null
          : new KernelNotes(
              kernel.lagSeconds(),
              kernel.lowPassSeconds(),
              kernel.averageSeconds(),
              kernel.share());
    }
  }

  /**
   * Describes how the power of the GPUs changes with their temperature.
   *
   * @param slopePerKelvin relative change of the power per kelvin
   * @param slopeStderr standard error of {@code slopePerKelvin}
   * @param rankCelsius temperature in degrees Celsius for which the energies of a rank are stated,
   *     by global rank
   */
  public record HeatNotes(
      double slopePerKelvin, double slopeStderr, Map<Integer, Double> rankCelsius) {
    private static HeatNotes of(Heat heat) {
      return heat == null
          ? null
          : new HeatNotes(heat.slopePerKelvin(), heat.slopeStderr(), heat.referenceCelsius());
    }
  }

  /** Returns the notes about a power sensor; null if {@code sensor} is null. */
  static SensorNotes of(Sensor sensor, Heat heat) {
    return sensor == null
        ? null
        : new SensorNotes(
            KernelNotes.of(sensor.counter()), KernelNotes.of(sensor.samples()), HeatNotes.of(heat));
  }
}
