package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;

/** Returns the contents of tensors as bytes in native byte order. */
final class Tensors {
  /**
   * A tensor that is sent has at most {@code MAX_BYTES} bytes. The class {@link BufferPool} rounds
   * the length of a tensor in bytes up, and the rounded length must fit into an int.
   */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8192;

  private Tensors() {}

  /**
   * Returns the length of a tensor's contents in bytes.
   *
   * @throws IllegalArgumentException if the tensor's type is neither float32 nor float16, or if its
   *     contents are larger than about 2 GiB
   */
  static int bytes(NDArray tensor) {
    DataType type = tensor.getDataType();
    if (type != DataType.FLOAT32 && type != DataType.FLOAT16) {
      throw new IllegalArgumentException(
          "A tensor of type " + type + " cannot be sent, only float32 and float16.");
    }
    long bytes = tensor.size() * type.getNumOfBytes();
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "A tensor of " + bytes + " bytes is too large to be sent.");
    }
    return (int) bytes;
  }

  /**
   * Returns the elements of a tensor that is contiguous in memory, as a buffer of bytes. If the
   * tensor is in the host's memory, the returned buffer uses the same memory as the tensor. If the
   * tensor is in a GPU's memory, the returned buffer is a copy that lives as long as the tensor's
   * manager.
   */
  static ByteBuffer contents(NDArray tensor) {
    return tensor.toByteBuffer(true);
  }
}
