package perseus.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks CUDA's driver library which GPUs CUDA uses in this process, and in which order. CUDA reads
 * CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER from the environment of the process. By default, the
 * first GPU in CUDA's order is the GPU that CUDA considers the fastest. So the device indices of
 * CUDA and NVML may differ.
 */
final class CudaDevices {
  /** Keeps the library loaded, because CUDA's threads use it. */
  private static final CudaDevices INSTALLED =
      new CudaDevices(Platform.isWindows() ? "nvcuda" : "libcuda.so.1");

  private static final int SUCCESS = 0;
  private static final int NO_DEVICE = 100;
  private static final int UUID_BYTES = 16;

  private final String name;
  private NativeLibrary library;

  private CudaDevices(String name) {
    this.name = name;
  }

  /** Returns CUDA's driver library of this host. The dynamic linker finds it by its file name. */
  static CudaDevices installed() {
    return INSTALLED;
  }

  /** Returns the library in a given file. */
  static CudaDevices in(Path file) {
    return new CudaDevices(file.toAbsolutePath().toString());
  }

  /**
   * Returns the UUIDs of the GPUs in CUDA's order, as NVML writes them.
   *
   * @return the UUIDs; empty if CUDA is not installed or does not start
   */
  synchronized Optional<List<String>> uuids() {
    try {
      if (library == null) {
        library = NativeLibrary.getInstance(name);
      }
      int code = call("cuInit", 0);
      if (code == NO_DEVICE) {
        return Optional.of(List.of());
      }
      IntByReference count = new IntByReference();
      if (code != SUCCESS || call("cuDeviceGetCount", count) != SUCCESS) {
        return Optional.empty();
      }
      List<String> uuids = new ArrayList<>();
      for (int i = 0; i < count.getValue(); i++) {
        IntByReference device = new IntByReference();
        Memory uuid = new Memory(UUID_BYTES);
        if (call("cuDeviceGet", device, i) != SUCCESS
            || call(uuidFunction(), uuid, device.getValue()) != SUCCESS) {
          return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(uuid.getByteArray(0, UUID_BYTES));
        uuids.add("GPU-" + new UUID(bytes.getLong(), bytes.getLong()));
      }
      return Optional.of(uuids);
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the name of the function that returns UUIDs. Drivers before CUDA 11.4 have only its
   * first version.
   */
  private String uuidFunction() {
    try {
      return library.getFunction("cuDeviceGetUuid_v2").getName();
    } catch (UnsatisfiedLinkError e) {
      return "cuDeviceGetUuid";
    }
  }

  private int call(String function, Object... arguments) {
    return library.getFunction(function).invokeInt(arguments);
  }
}
