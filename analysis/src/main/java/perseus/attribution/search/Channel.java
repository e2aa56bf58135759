package perseus.attribution.search;

import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.Sensor;

/** Names the two sorts of readings whose kernels are estimated. */
enum Channel {
  /** Updates of the energy counter. */
  COUNTER {
    @Override
    Kernel kernel(Sensor sensor) {
      return sensor.counter();
    }

    @Override
    Kernel kernel(KnownSensor sensor) {
      return sensor.counter();
    }

    @Override
    Sensor with(Sensor sensor, Kernel kernel) {
      return sensor.withCounter(kernel);
    }
  },

  /** Power samples. */
  SAMPLES {
    @Override
    Kernel kernel(Sensor sensor) {
      return sensor.samples();
    }

    @Override
    Kernel kernel(KnownSensor sensor) {
      return sensor.samples();
    }

    @Override
    Sensor with(Sensor sensor, Kernel kernel) {
      return sensor.withSamples(kernel);
    }
  };

  /** Returns the kernel of this sort of readings. */
  abstract Kernel kernel(Sensor sensor);

  /** Returns the known kernel of this sort of readings. */
  abstract Kernel kernel(KnownSensor sensor);

  /** Returns a copy of {@code sensor} with another kernel of this sort of readings. */
  abstract Sensor with(Sensor sensor, Kernel kernel);
}
