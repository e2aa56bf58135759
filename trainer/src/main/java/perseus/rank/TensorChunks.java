package perseus.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import perseus.checkpoint.TensorFile;

/**
 * Copies the elements of float32 tensors between the memory of a GPU (or CPU) and files, chunk by
 * chunk.
 */
final class TensorChunks {
  private static final int CHUNK_ELEMENTS = TensorFile.CHUNK_BYTES / Float.BYTES;

  private TensorChunks() {}

  static List<Long> shape(NDArray tensor) {
    return Arrays.stream(tensor.getShape().getShape()).boxed().toList();
  }

  /**
   * Returns a source that passes all elements of a tensor to a sink, chunk by chunk.
   *
   * @param tensor a float32 tensor that is contiguous in memory
   */
  static TensorFile.Source source(NDArray tensor) {
    requireFloat32(tensor);
    return sink -> {
      try (NDArray flat = flat(tensor)) {
        for (long start = 0; start < flat.size(); start += CHUNK_ELEMENTS) {
          long end = Math.min(flat.size(), start + CHUNK_ELEMENTS);
          // If the tensor is in a GPU's memory, the chunk is copied into the host's memory. The new
          // manager owns the copy of the chunk and frees the copy.
          try (NDManager scope = tensor.getManager().newSubManager();
              NDArray chunk = flat.get(new NDIndex("{}:{}", start, end))) {
            chunk.attach(scope);
            sink.accept(chunk.toByteBuffer(true));
          }
        }
      }
    };
  }

  /**
   * Returns a sink that writes the elements that it receives into a tensor.
   *
   * @param tensor a float32 tensor that is contiguous in memory
   */
  static TensorFile.Sink sink(NDArray tensor) {
    requireFloat32(tensor);
    long[] next = {0};
    return bytes -> {
      long count = bytes.remaining() / Float.BYTES;
      try (NDArray flat = flat(tensor);
          NDArray chunk = flat.getManager().create(bytes, new Shape(count), DataType.FLOAT32)) {
        flat.set(new NDIndex("{}:{}", next[0], next[0] + count), chunk);
      }
      next[0] += count;
    };
  }

  private static void requireFloat32(NDArray tensor) {
    if (tensor.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "Checkpoints hold only tensors of the type float32, not " + tensor.getDataType() + ".");
    }
  }

  /**
   * Returns a one-dimensional view of a tensor. Automatic differentiation does not record
   * operations on the returned view.
   */
  private static NDArray flat(NDArray tensor) {
    try (NDArray detached = tensor.stopGradient()) {
      return detached.reshape(-1);
    }
  }
}
