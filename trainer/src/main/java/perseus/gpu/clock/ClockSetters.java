package perseus.gpu.clock;

import perseus.gpu.Gpu;

/**
 * Creates a {@link ClockSetter} for each GPU. All of them use the same connection: the driver of
 * the GPUs, or Zeus's daemon.
 */
public interface ClockSetters extends AutoCloseable {
  /**
   * Returns the object that sets the clocks of a GPU.
   *
   * @param gpu the GPU, which must stay open while its clocks are set
   * @throws perseus.gpu.GpuException if the clocks of this GPU cannot be set through this
   *     connection
   */
  ClockSetter of(Gpu gpu);

  /** Closes the connection. The method {@code close} changes no setting of a GPU. */
  @Override
  void close();
}
