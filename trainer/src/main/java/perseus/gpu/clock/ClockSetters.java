package perseus.gpu.clock;

import perseus.gpu.Gpu;

/**
 * Creates a {@link ClockSetter} for each GPU of a run. All created objects set clocks through the
 * same connection: the driver of the GPUs, or Zeus's daemon.
 */
public interface ClockSetters extends AutoCloseable {
  /**
   * Returns the object that sets the clocks of one GPU.
   *
   * @param gpu the GPU, which must stay open while its clocks are set
   * @throws perseus.gpu.GpuException if the clocks of the GPU cannot be set
   */
  ClockSetter of(Gpu gpu);

  /** Closes the connection. The method {@code close} changes neither a clock nor a power limit. */
  @Override
  void close();
}
