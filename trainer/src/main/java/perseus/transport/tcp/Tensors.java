package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;

/** Float32 tensors as bytes in native order. */
final class Tensors {
  private Tensors() {}

  /** Length in bytes. */
  static int bytes(NDArray tensor) {
    if (tensor.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException("A tensor of " + tensor.getDataType() + " is no float32.");
    }
    long bytes = tensor.size() * Float.BYTES;
    if (bytes > Integer.MAX_VALUE - 8192) {
      throw new IllegalArgumentException(
          "A tensor of " + bytes + " bytes is too large to be sent.");
    }
    return (int) bytes;
  }

  /**
   * The elements of a contiguous tensor: its own memory where that is the host's, else a copy,
   * which lives as long as the tensor's manager.
   */
  static ByteBuffer contents(NDArray tensor) {
    return tensor.toByteBuffer(true);
  }
}
