package perseus.gpu;

import java.util.List;
import java.util.function.Consumer;

/**
 * Opens the real GPUs of this host through one kind of driver. The class {@link GpuProviders} finds
 * all implementations of {@code GpuProvider}, including those in extensions ({@link
 * perseus.extension.Registry}). All methods are thread-safe.
 */
public interface GpuProvider {
  /** Returns the name by which users choose the kind of driver, such as {@code nvml}. */
  String scheme();

  /**
   * Opens all GPUs of this host that the calling process may access, in the order of the driver.
   *
   * @throws GpuException if the driver is missing, or if the driver or a GPU does not answer
   */
  List<Gpu> openAll();

  /**
   * Opens all GPUs of this host that answer and that the calling process may access, in the order
   * of the driver.
   *
   * @param failed function that receives the exception of each GPU that does not answer
   * @throws GpuException if the driver is missing or does not answer
   */
  default List<Gpu> openAll(Consumer<GpuException> failed) {
    return openAll();
  }

  /**
   * Opens the GPUs on which the calling process may compute, in the order of the compute library,
   * such as CUDA. For NVIDIA GPUs, the environment variable CUDA_VISIBLE_DEVICES selects the GPUs
   * on which a process may compute.
   *
   * @throws GpuException if the driver does not answer, or if the energy of a selected GPU cannot
   *     be measured
   * @throws perseus.io.UserError if the environment variable names a GPU that this host does not
   *     have
   */
  List<Gpu> openVisible();
}
