package perseus.transport.nccl;

import ai.djl.Device;
import perseus.cuda.CudaDriver;
import perseus.io.UserError;
import perseus.transport.NcclSupport;

/** Finds out whether this process can exchange tensors through NCCL. */
public final class NcclDetection {
  private NcclDetection() {}

  /**
   * Returns whether this process can use NCCL. The caller must load PyTorch first, because PyTorch
   * may contain NCCL.
   *
   * @param device the device that holds the tensors of this process
   */
  public static NcclSupport detect(Device device) {
    return detect(device, System.getenv(Nccl.PATH_VARIABLE));
  }

  static NcclSupport detect(Device device, String path) {
    if (!device.isGpu() && path == null) {
      return NcclSupport.ON_CPU;
    }
    String gpu = device.isGpu() ? CudaDriver.installed().uuid(device.getDeviceId()) : null;
    try {
      Nccl nccl = Nccl.load(path);
      return device.isGpu() || nccl.isOnHostMemory()
          ? new NcclSupport(gpu, nccl.version(), null)
          : NcclSupport.ON_CPU;
    } catch (UserError e) {
      return NcclSupport.refused(
          gpu, "cannot use NCCL: " + e.getMessage().replaceFirst("\\.$", ""));
    }
  }
}
