package perseus.gpu;

/** Receives the readings of the sensors of one GPU, for example to write them into logs. */
@FunctionalInterface
public interface SensorSink {
  /**
   * Receives a new value of the cumulative energy counter.
   *
   * @param timeSeconds time of the reading in seconds on the clock of the run
   * @param millijoules value of the counter in millijoules
   */
  void energy(double timeSeconds, long millijoules);

  /**
   * Receives a power sample. The power samples of the driver arrive in order of time, and each
   * sample arrives once.
   */
  default void power(PowerSample sample) {}

  /**
   * Receives the temperature and the SM clock of the GPU.
   *
   * @param timeSeconds time of the reading in seconds on the clock of the run
   */
  default void state(double timeSeconds, GpuState state) {}

  /**
   * Returns a {@code SensorSink} that passes all readings to {@code first} and to {@code second}.
   */
  static SensorSink both(SensorSink first, SensorSink second) {
    return new SensorSink() {
      @Override
      public void energy(double timeSeconds, long millijoules) {
        first.energy(timeSeconds, millijoules);
        second.energy(timeSeconds, millijoules);
      }

      @Override
      public void power(PowerSample sample) {
        first.power(sample);
        second.power(sample);
      }

      @Override
      public void state(double timeSeconds, GpuState state) {
        first.state(timeSeconds, state);
        second.state(timeSeconds, state);
      }
    };
  }
}
