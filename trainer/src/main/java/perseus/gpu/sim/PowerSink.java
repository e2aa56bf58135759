package perseus.gpu.sim;

import perseus.gpu.GpuState;

/**
 * Receives the power of a simulated GPU over time, as intervals of constant power. Each interval of
 * constant power starts at the end of the previous interval. Classes that use the power of a
 * simulated GPU, such as {@link SimulatedSensors}, implement {@code PowerSink}.
 */
@FunctionalInterface
public interface PowerSink {
  /**
   * Receives one interval of constant power.
   *
   * @param startSeconds start of the interval on the virtual clock, in seconds
   * @param endSeconds end of the interval on the virtual clock, in seconds
   * @param watts power of the GPU during the interval, in watts
   * @param state temperature and SM clock of the GPU during the interval
   */
  void draw(double startSeconds, double endSeconds, double watts, GpuState state);
}
