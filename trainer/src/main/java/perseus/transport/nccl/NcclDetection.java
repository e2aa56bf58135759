package perseus.transport.nccl;

import ai.djl.Device;
import com.sun.jna.Memory;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.util.UUID;
import perseus.io.UserError;
import perseus.transport.NcclSupport;

/** Finds out whether this process can exchange tensors through NCCL. */
public final class NcclDetection {
  private static final int UUID_BYTES = 16;

  private NcclDetection() {}

  /**
   * Returns what this process can use. PyTorch must be loaded, because it may bring NCCL.
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
    String gpu = device.isGpu() ? uuid(device.getDeviceId()) : null;
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

  /** Returns the UUID of a GPU in the form of NVIDIA's tools, such as {@code GPU-1b2c...}. */
  private static String uuid(int ordinal) {
    NativeFunctions driver = new NativeFunctions("libcuda.so.1");
    IntByReference device = new IntByReference();
    Memory bytes = new Memory(UUID_BYTES);
    driver.call("cuInit", 0);
    driver.call("cuDeviceGet", device, ordinal);
    driver.call(
        driver.has("cuDeviceGetUuid_v2") ? "cuDeviceGetUuid_v2" : "cuDeviceGetUuid",
        bytes,
        device.getValue());
    ByteBuffer uuid = bytes.getByteBuffer(0, UUID_BYTES).order(java.nio.ByteOrder.BIG_ENDIAN);
    return "GPU-" + new UUID(uuid.getLong(), uuid.getLong());
  }
}
