package perseus.attribution.search;

import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownKernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.Sensor;

/** Lists the two sorts of sensor readings, whose lag and smoothing are estimated separately. */
enum Channel {
  COUNTER {
    @Override
    Kernel kernel(Sensor sensor) {
      return sensor.counter();
    }

    @Override
    KnownKernel kernel(KnownSensor sensor) {
      return sensor.counter();
    }

    @Override
    Sensor with(Sensor sensor, Kernel kernel) {
      return sensor.withCounter(kernel);
    }
  },

  SAMPLES {
    @Override
    Kernel kernel(Sensor sensor) {
      return sensor.samples();
    }

    @Override
    KnownKernel kernel(KnownSensor sensor) {
      return sensor.samples();
    }

    @Override
    Sensor with(Sensor sensor, Kernel kernel) {
      return sensor.withSamples(kernel);
    }
  };

  /** Returns the lag and smoothing of the energy counter or of the power samples. */
  abstract Kernel kernel(Sensor sensor);

  /**
   * Returns the measured lag and smoothing of the energy counter or of the power samples of a GPU
   * model.
   */
  abstract KnownKernel kernel(KnownSensor sensor);

  /**
   * Returns a copy of {@code sensor} with another lag and smoothing of the energy counter or of the
   * power samples.
   */
  abstract Sensor with(Sensor sensor, Kernel kernel);

  /**
   * Returns a copy of {@code sensor} with another lag, in seconds, of the energy counter or of the
   * power samples.
   */
  Sensor withLag(Sensor sensor, double lagSeconds) {
    return with(sensor, kernel(sensor).withLag(lagSeconds));
  }
}
