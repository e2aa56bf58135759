package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import perseus.attribution.result.Heat;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * Describes in {@code profile.json} how the GPUs of the profiled run measured power. The kernel of
 * a sensor states how a reading depends on the power before the reading ({@link Kernel}).
 *
 * @param counter kernel of the energy counter
 * @param samples kernel of the power samples; null if none were recorded
 * @param heat influence of the GPUs' temperature, for which the energies of the profile are
 *     corrected; null if no temperature was recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SensorNotes(KernelNotes counter, KernelNotes samples, HeatNotes heat) {

  /**
   * Describes the kernel of a sensor (energy counter or power samples): how a reading depends on
   * the power before the reading. {@link Kernel} gives the formulas.
   *
   * @param lagSeconds lag (delay between the use of power and its effect on a reading) in seconds
   * @param lowPassSeconds time constant of the low-pass in seconds, 0 if there is none
   * @param averageSeconds width of the running average in seconds, 0 if there is none
   * @param share fraction of the time between two updates over which the counter averages the
   *     power, 1 if it averages over the whole time
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
   * Describes the influence of the GPUs' temperature on their power.
   *
   * @param slopePerKelvin relative change of the power per kelvin
   * @param slopeStderr standard error of {@code slopePerKelvin}
   * @param rankCelsius for each global rank, the temperature in degrees Celsius at which its
   *     energies are given
   */
  public record HeatNotes(
      double slopePerKelvin, double slopeStderr, Map<Integer, Double> rankCelsius) {
    private static HeatNotes of(Heat heat) {
      return heat == null
          ? null
          : new HeatNotes(heat.slopePerKelvin(), heat.slopeStderr(), heat.referenceCelsius());
    }
  }

  /** Returns the notes of a sensor; null if {@code sensor} is null. */
  static SensorNotes of(Sensor sensor, Heat heat) {
    return sensor == null
        ? null
        : new SensorNotes(
            KernelNotes.of(sensor.counter()), KernelNotes.of(sensor.samples()), HeatNotes.of(heat));
  }
}
