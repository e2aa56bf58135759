package perseus.tensor.runtime;

import ai.djl.Device;
import com.sun.jna.Pointer;
import perseus.cuda.CudaDriver;

/**
 * Waits for the operations of a CUDA device. PyTorch puts all operations of a thread into the
 * default stream of the device (a queue that the GPU executes in order).
 */
public final class CudaStream {
  private final boolean onGpu;

  /**
   * @param device device on which this thread computes; for a CPU, {@link #synchronize} does
   *     nothing
   */
  public CudaStream(Device device) {
    this.onGpu = device.isGpu();
  }

  /**
   * Waits until the device has finished all operations that this thread has started.
   *
   * @throws perseus.io.UserError if an operation has failed, for example because the GPU is lost
   */
  public void synchronize() {
    if (onGpu) {
      CudaDriver.installed().call("cuStreamSynchronize", Pointer.NULL);
    }
  }
}
