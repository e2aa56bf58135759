package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;

/** Gives access to float32 tensors as bytes in native order. */
final class Tensors {
  /** Maximum length of a tensor in bytes: {@link BufferPool} rounds it up within an int. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8192;

  private Tensors() {}

  /**
   * Returns a tensor's length in bytes.
   *
   * @throws IllegalArgumentException if it is not a float32 tensor or is longer than about 2 GiB
   */
  static int bytes(NDArray tensor) {
    if (tensor.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "A tensor of type " + tensor.getDataType() + " cannot be sent, only float32.");
    }
    long bytes = tensor.size() * Float.BYTES;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "A tensor of " + bytes + " bytes is too large to be sent.");
    }
    return (int) bytes;
  }

  /**
   * Returns the elements of a contiguous tensor: the tensor's own memory if it is in the host's
   * memory, else a copy that lives as long as the tensor's manager.
   */
  static ByteBuffer contents(NDArray tensor) {
    return tensor.toByteBuffer(true);
  }
}
