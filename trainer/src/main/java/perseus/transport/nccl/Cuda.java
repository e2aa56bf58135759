package perseus.transport.nccl;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.UUID;
import perseus.io.UserError;

/**
 * Creates streams and events of one GPU through CUDA's driver API. A stream is a queue of
 * operations that the GPU executes in order. An event marks a point in a stream. Several threads
 * may use an instance; each of them first calls {@link #makeCurrent}.
 *
 * <p>PyTorch computes on the default stream, whose handle in the driver API is the null pointer.
 * The streams that this class creates and the default stream do not wait for each other, except
 * where {@link #await} makes a stream wait for an event.
 */
final class Cuda {
  /** The stream on which PyTorch computes. */
  static final Pointer COMPUTE = Pointer.NULL;

  private static final String LIBRARY = "libcuda.so.1";
  private static final int SUCCESS = 0;
  private static final int NOT_READY = 600;
  private static final int STREAM_NON_BLOCKING = 1;
  private static final int EVENT_DISABLE_TIMING = 2;

  private static final int UUID_BYTES = 16;

  private final NativeFunctions driver;
  private final Pointer context;
  private final ArrayDeque<Pointer> freeEvents = new ArrayDeque<>();

  /**
   * Opens a GPU.
   *
   * @param nccl NCCL; if it is the stub for tests, its functions for streams and events are used
   * @param ordinal device index of the GPU in this process, as in PyTorch @throws UserError if
   *     CUDA's driver returns an error
   */
  Cuda(Nccl nccl, int ordinal) {
    driver = nccl.isOnHostMemory() ? nccl.functions() : new NativeFunctions(LIBRARY);
    IntByReference device = new IntByReference();
    PointerByReference retained = new PointerByReference();
    call("cuInit", 0);
    call("cuDeviceGet", device, ordinal);
    call("cuDevicePrimaryCtxRetain", retained, device.getValue());
    context = retained.getValue();
  }

  /** Makes the GPU the device of the calling thread, for this class, NCCL and PyTorch. */
  void makeCurrent() {
    call("cuCtxSetCurrent", context);
  }

  /**
   * Returns the UUID of a GPU in the format of nvidia-smi, such as {@code GPU-1b2c...}.
   *
   * @param ordinal device index of the GPU in this process
   */
  static String uuid(int ordinal) {
    NativeFunctions driver = new NativeFunctions(LIBRARY);
    IntByReference device = new IntByReference();
    Memory bytes = new Memory(UUID_BYTES);
    call(driver, "cuInit", 0);
    call(driver, "cuDeviceGet", device, ordinal);
    // The second version returns different UUIDs for the MIG instances of a GPU.
    String newest = driver.has("cuDeviceGetUuid_v2") ? "cuDeviceGetUuid_v2" : "cuDeviceGetUuid";
    call(driver, newest, bytes, device.getValue());
    ByteBuffer uuid = ByteBuffer.wrap(bytes.getByteArray(0, UUID_BYTES));
    return "GPU-" + new UUID(uuid.getLong(), uuid.getLong());
  }

  /** Creates a stream. */
  Pointer newStream() {
    PointerByReference stream = new PointerByReference();
    call("cuStreamCreate", stream, STREAM_NON_BLOCKING);
    return stream.getValue();
  }

  /**
   * Records an event at the current end of a stream.
   *
   * @return the event, which the caller must return through {@link #free}
   */
  Pointer mark(Pointer stream) {
    Pointer event;
    synchronized (freeEvents) {
      event = freeEvents.poll();
    }
    if (event == null) {
      PointerByReference created = new PointerByReference();
      call("cuEventCreate", created, EVENT_DISABLE_TIMING);
      event = created.getValue();
    }
    call("cuEventRecord", event, stream);
    return event;
  }

  /** Makes later operations of a stream wait for the operations before an event. */
  void await(Pointer stream, Pointer event) {
    call("cuStreamWaitEvent", stream, event, 0);
  }

  /** Returns whether the GPU has executed all operations before an event. */
  boolean isPast(Pointer event) {
    int code = driver.call("cuEventQuery", event);
    if (code != SUCCESS && code != NOT_READY) {
      throw failure(driver, "cuEventQuery", code);
    }
    return code == SUCCESS;
  }

  /** Stores an event, so that {@link #mark} can use it again. */
  void free(Pointer event) {
    synchronized (freeEvents) {
      freeEvents.push(event);
    }
  }

  private void call(String function, Object... arguments) {
    call(driver, function, arguments);
  }

  private static void call(NativeFunctions driver, String function, Object... arguments) {
    int code = driver.call(function, arguments);
    if (code != SUCCESS) {
      throw failure(driver, function, code);
    }
  }

  private static UserError failure(NativeFunctions driver, String function, int code) {
    PointerByReference text = new PointerByReference();
    driver.call("cuGetErrorString", code, text);
    return new UserError(
        "CUDA failed in %s: %s (error %d). Look for Xid lines in the output of dmesg."
            .formatted(
                function,
                text.getValue() == null ? "unknown error" : text.getValue().getString(0),
                code));
  }
}
