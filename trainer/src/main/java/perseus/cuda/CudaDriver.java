package perseus.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import perseus.io.UserError;

/**
 * Calls CUDA's driver library. The library is loaded at the first call. Several threads may use an
 * instance.
 *
 * <p>CUDA reads CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER from the environment of the process. By
 * default, the first GPU in CUDA's order is the GPU that CUDA considers the fastest. CUDA and NVML
 * may give different indices to the same GPU.
 */
public final class CudaDriver {
  /** The result of a successful call (CUDA_SUCCESS). */
  public static final int SUCCESS = 0;

  private static final int NO_DEVICE = 100;
  private static final int UUID_BYTES = 16;

  // The next constants are attributes of a device (CUdevice_attribute).
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;

  private static final CudaDriver INSTALLED =
      new CudaDriver(Platform.isWindows() ? "nvcuda" : "libcuda.so.1");

  private final String name;
  private volatile NativeFunctions functions;

  private CudaDriver(String name) {
    this.name = name;
  }

  /**
   * Returns an instance that calls the driver library of this host. The dynamic linker finds the
   * library by its file name.
   */
  public static CudaDriver installed() {
    return INSTALLED;
  }

  /** Returns an instance that calls the driver library in the given file. */
  public static CudaDriver in(Path file) {
    return new CudaDriver(file.toAbsolutePath().toString());
  }

  /** Returns an instance that calls the functions of an already loaded library. */
  public static CudaDriver of(NativeFunctions functions) {
    CudaDriver driver = new CudaDriver("");
    driver.functions = functions;
    return driver;
  }

  /**
   * Calls a function.
   *
   * @return the error code of the function (CUresult)
   * @throws UnsatisfiedLinkError if the library or the function is missing
   */
  public int tryCall(String function, Object... arguments) {
    return functions().call(function, arguments);
  }

  /**
   * Calls a function.
   *
   * @throws UserError if the function returns an error, for example because a GPU is lost
   * @throws UnsatisfiedLinkError if the library or the function is missing
   */
  public void call(String function, Object... arguments) {
    int code = tryCall(function, arguments);
    if (code != SUCCESS) {
      throw failure(function, code);
    }
  }

  /** Returns the error for a call that failed with a given code. */
  public UserError failure(String function, int code) {
    PointerByReference text = new PointerByReference();
    tryCall("cuGetErrorString", code, text);
    return new UserError(
        "CUDA failed in %s: %s (error %d). Look for Xid lines in the output of dmesg."
            .formatted(
                function,
                text.getValue() == null ? "unknown error" : text.getValue().getString(0),
                code));
  }

  /**
   * Returns the UUID of a GPU in the format of NVML and nvidia-smi, such as {@code GPU-1b2c...}.
   *
   * @param ordinal device index of the GPU in CUDA's order in this process
   * @throws UserError if CUDA does not start, or has no such device
   */
  public String uuid(int ordinal) {
    IntByReference device = new IntByReference();
    Memory bytes = new Memory(UUID_BYTES);
    call("cuInit", 0);
    call("cuDeviceGet", device, ordinal);
    // The second version of the function cuDeviceGetUuid returns different UUIDs for the MIG
    // instances of a GPU. CUDA drivers before version 11.4 have only the first version of the
    // function cuDeviceGetUuid.
    String newest =
        functions().has("cuDeviceGetUuid_v2") ? "cuDeviceGetUuid_v2" : "cuDeviceGetUuid";
    call(newest, bytes, device.getValue());
    ByteBuffer uuid = ByteBuffer.wrap(bytes.getByteArray(0, UUID_BYTES));
    return "GPU-" + new UUID(uuid.getLong(), uuid.getLong());
  }

  /**
   * Returns the compute capability of a GPU, times 10, such as 90 for 9.0.
   *
   * @param ordinal device index of the GPU in CUDA's order in this process
   * @throws UserError if CUDA does not start, or has no such device
   */
  public int computeCapability(int ordinal) {
    IntByReference device = new IntByReference();
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    call("cuInit", 0);
    call("cuDeviceGet", device, ordinal);
    call("cuDeviceGetAttribute", major, CAPABILITY_MAJOR, device.getValue());
    call("cuDeviceGetAttribute", minor, CAPABILITY_MINOR, device.getValue());
    return 10 * major.getValue() + minor.getValue();
  }

  /**
   * Returns the UUIDs of the GPUs in CUDA's order.
   *
   * @return the UUIDs; empty if CUDA is not installed or does not start
   */
  public Optional<List<String>> uuids() {
    try {
      int code = tryCall("cuInit", 0);
      if (code == NO_DEVICE) {
        return Optional.of(List.of());
      }
      IntByReference count = new IntByReference();
      if (code != SUCCESS || tryCall("cuDeviceGetCount", count) != SUCCESS) {
        return Optional.empty();
      }
      List<String> uuids = new ArrayList<>();
      for (int i = 0; i < count.getValue(); i++) {
        uuids.add(uuid(i));
      }
      return Optional.of(uuids);
    } catch (UnsatisfiedLinkError | UserError e) {
      return Optional.empty();
    }
  }

  private NativeFunctions functions() {
    NativeFunctions loaded = functions;
    if (loaded == null) {
      loaded = new NativeFunctions(name);
      functions = loaded;
    }
    return loaded;
  }
}
