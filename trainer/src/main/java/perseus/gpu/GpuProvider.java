package perseus.gpu;

import java.util.List;
import java.util.function.Consumer;

/**
 * Opens the real GPUs of this host through one kind of driver. {@link GpuProviders} finds the
 * providers, also those of extensions: see {@link perseus.extension.Registry}. Several threads may
 * call the methods at the same time.
 */
public interface GpuProvider {
  /** Returns the name by which users choose this provider, such as {@code nvml}. */
  String scheme();

  /**
   * Opens all GPUs of this host that this process may access, in the order of the driver.
   *
   * @throws GpuException if the driver is missing, or if the driver or a GPU does not answer
   */
  List<Gpu> openAll();

  /**
   * Opens all GPUs of this host that this process may access and that answer, in the order of the
   * driver. A GPU that does not answer does not prevent the other GPUs from being opened.
   *
   * @param failed receives the exception of each GPU that does not answer
   * @throws GpuException if the driver is missing or does not answer
   */
  default List<Gpu> openAll(Consumer<GpuException> failed) {
    return openAll();
  }

  /**
   * Opens the GPUs on which this process may compute, in the order of the library that computes on
   * them, such as CUDA. For NVIDIA GPUs, the environment variable CUDA_VISIBLE_DEVICES selects the
   * GPUs on which a process may compute.
   *
   * @throws GpuException if the driver is missing or does not answer, or if the energy of a
   *     selected GPU cannot be measured
   * @throws perseus.io.UserError if the environment variable names a GPU that this host does not
   *     have
   */
  List<Gpu> openVisible();
}
