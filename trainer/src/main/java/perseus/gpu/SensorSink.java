package perseus.gpu;

/** Receives the readings of the sensors of one GPU, for example to write them into logs. */
@FunctionalInterface
public interface SensorSink {
  /**
   * Receives a new value of the cumulative energy counter.
   *
   * @param timeSeconds time of the reading in seconds on the engine's clock
   * @param millijoules value of the counter in millijoules
   */
  void energy(double timeSeconds, long millijoules);

  /** Receives a power sample. Each sample of the driver is received once, in order of time. */
  default void power(PowerSample sample) {}

  /**
   * Receives the state of the GPU.
   *
   * @param timeSeconds time of the reading in seconds on the engine's clock
   */
  default void state(double timeSeconds, GpuState state) {}
}
