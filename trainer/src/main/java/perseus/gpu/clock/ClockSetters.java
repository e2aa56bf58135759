package perseus.gpu.clock;

import perseus.gpu.Gpu;

/** Creates the objects that set the clocks of GPUs, all in the same way. */
public interface ClockSetters extends AutoCloseable {
  /**
   * Returns the object that sets the clocks of a GPU.
   *
   * @param gpu the GPU, which must stay open while its clocks are set
   * @throws perseus.gpu.GpuException if the clocks of this GPU cannot be set in this way
   */
  ClockSetter of(Gpu gpu);

  /** Releases the way to the GPUs. The method {@code close} changes no setting of a GPU. */
  @Override
  void close();
}
