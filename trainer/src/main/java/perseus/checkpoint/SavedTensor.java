package perseus.checkpoint;

import java.util.List;

/**
 * Describes one float32 tensor of a file.
 *
 * @param name name of the tensor, unique in its file
 * @param shape the lengths of the tensor's dimensions; empty for a single number
 */
public record SavedTensor(String name, List<Long> shape) {
  public SavedTensor {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the size of all elements of the tensor in bytes.
   *
   * @throws ArithmeticException if the size does not fit into a long
   */
  public long bytes() {
    return shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
  }
}
