package perseus.transport.nccl;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayDeque;
import perseus.cuda.CudaDriver;
import perseus.io.UserError;

/**
 * Creates streams and events of one GPU through CUDA's driver API. A CUDA stream is a queue of
 * operations that the GPU executes in order. A CUDA event marks a point in a CUDA stream. Several
 * threads may use an instance. Each thread must call {@link #makeCurrent} before it calls other
 * methods.
 *
 * <p>PyTorch computes on the default stream, whose handle in the driver API is the null pointer. A
 * stream that this class creates and the default stream wait for each other only if {@link #await}
 * is called.
 */
final class Cuda {
  /** The stream on which PyTorch computes. */
  static final Pointer COMPUTE = Pointer.NULL;

  private static final int NOT_READY = 600;
  private static final int STREAM_NON_BLOCKING = 1;
  private static final int EVENT_DISABLE_TIMING = 2;

  private final CudaDriver driver;
  private final Pointer context;
  private final ArrayDeque<Pointer> freeEvents = new ArrayDeque<>();

  /**
   * Opens a GPU.
   *
   * @param nccl the library NCCL. In tests, the library is a stub, which also replaces CUDA's
   *     functions for streams and events.
   * @param ordinal device index of the GPU in this process, as in PyTorch
   * @throws UserError if CUDA's driver returns an error
   */
  Cuda(Nccl nccl, int ordinal) {
    driver = nccl.isOnHostMemory() ? CudaDriver.of(nccl.functions()) : CudaDriver.installed();
    IntByReference device = new IntByReference();
    PointerByReference retained = new PointerByReference();
    driver.call("cuInit", 0);
    driver.call("cuDeviceGet", device, ordinal);
    driver.call("cuDevicePrimaryCtxRetain", retained, device.getValue());
    context = retained.getValue();
  }

  /** Selects the GPU for all later calls of this class, NCCL and PyTorch in the calling thread. */
  void makeCurrent() {
    driver.call("cuCtxSetCurrent", context);
  }

  Pointer newStream() {
    PointerByReference stream = new PointerByReference();
    driver.call("cuStreamCreate", stream, STREAM_NON_BLOCKING);
    return stream.getValue();
  }

  /**
   * Records an event at the current end of a stream.
   *
   * @return the event, which the caller must pass to {@link #free} when it no longer needs the
   *     event
   */
  Pointer mark(Pointer stream) {
    Pointer event;
    synchronized (freeEvents) {
      event = freeEvents.poll();
    }
    if (event == null) {
      PointerByReference created = new PointerByReference();
      driver.call("cuEventCreate", created, EVENT_DISABLE_TIMING);
      event = created.getValue();
    }
    driver.call("cuEventRecord", event, stream);
    return event;
  }

  /** Makes later operations of a stream wait until all operations before an event have ended. */
  void await(Pointer stream, Pointer event) {
    driver.call("cuStreamWaitEvent", stream, event, 0);
  }

  /** Returns whether the GPU has executed all operations before an event. */
  boolean isPast(Pointer event) {
    int code = driver.tryCall("cuEventQuery", event);
    if (code != CudaDriver.SUCCESS && code != NOT_READY) {
      throw driver.failure("cuEventQuery", code);
    }
    return code == CudaDriver.SUCCESS;
  }

  /** Stores an event, so that {@link #mark} can use it again. */
  void free(Pointer event) {
    synchronized (freeEvents) {
      freeEvents.push(event);
    }
  }
}
