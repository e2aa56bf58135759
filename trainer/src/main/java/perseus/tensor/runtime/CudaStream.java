package perseus.tensor.runtime;

import ai.djl.Device;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * Waits for the operations of a CUDA device. PyTorch puts all operations of a thread into the
 * default stream of the device (a queue that the GPU executes in order).
 */
public final class CudaStream {
  private static final int SUCCESS = 0;

  private final Function synchronize;

  /**
   * @param device device on which this thread computes; on a CPU, {@link #synchronize} does
   *     nothing, because PyTorch's operations return when they are done
   */
  public CudaStream(Device device) {
    this.synchronize =
        device.isGpu()
            ? NativeLibrary.getInstance("libcuda.so.1").getFunction("cuStreamSynchronize")
            : null;
  }

  /**
   * Waits until the device has finished all operations that this thread has started.
   *
   * @throws IllegalStateException if an operation has failed, for example because the GPU is out of
   *     memory or lost
   */
  public void synchronize() {
    if (synchronize == null) {
      return;
    }
    int code = synchronize.invokeInt(new Object[] {Pointer.NULL});
    if (code != SUCCESS) {
      throw new IllegalStateException(
          "CUDA error "
              + code
              + " while the GPU computed; look for Xid lines in the output of dmesg.");
    }
  }
}
