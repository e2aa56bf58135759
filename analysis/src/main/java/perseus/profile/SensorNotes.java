package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * Describes in {@code profile.json} how the GPUs of the profiled run measured power.
 *
 * @param counter kernel of the energy counter
 * @param samples kernel of the power samples; null if none were recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SensorNotes(KernelNotes counter, KernelNotes samples) {

  /**
   * Describes the kernel of one sort of readings.
   *
   * @param lagSeconds lag in seconds
   * @param lowPassSeconds time constant of the low-pass in seconds, 0 if there is none
   * @param averageSeconds width of the running average in seconds, 0 if there is none
   * @param share averaged share of an update, 1 if the whole update is averaged
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

  /** Returns the notes of a sensor; null if {@code sensor} is null. */
  static SensorNotes of(Sensor sensor) {
    return sensor == null
        ? null
        : new SensorNotes(KernelNotes.of(sensor.counter()), KernelNotes.of(sensor.samples()));
  }
}
