package perseus.tensor.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import perseus.model.layer.Parameter;
import perseus.transport.TensorGroup;

/**
 * A parameter, or the part of one that a tensor-parallel rank holds: equal, contiguous parts of the
 * split axis. Where that axis does not divide evenly (vocabularies), the last part ends in zeros,
 * which no gradient reaches.
 */
public final class LocalParameter implements StageParameter {
  private static final int CHUNK = 1 << 20;

  private final Parameter parameter;
  private final NDArray value;
  private final NDArray gradient;

  /** First index of this part along the split axis. */
  private final long first;

  /** How many of the part's indices along the split axis exist in the whole tensor. */
  private final long present;

  /**
   * Creates the part with its initial values.
   *
   * @param manager owns the tensors
   * @param group the ranks that share the parameter
   * @param values initial values of the whole tensor
   */
  public LocalParameter(
      Parameter parameter, NDManager manager, TensorGroup group, InitialValues values) {
    this.parameter = parameter;
    int axis = Math.max(parameter.splitAxis(), 0);
    long whole = parameter.shape().get(axis);
    Shape shape = shape(parameter, group.size());
    long local = shape.get(axis);
    first = split() ? group.index() * local : 0;
    present = Math.max(0, Math.min(whole - first, local));
    value = manager.zeros(shape);
    long inner = shape.slice(axis + 1).size();
    fill(values, whole * inner, local * inner, first * inner, present * inner);
    value.setRequiresGradient(true);
    gradient = attachedGradient(value);
  }

  /** The shape of the part that each of {@code ranks} holds. */
  public static Shape shape(Parameter parameter, int ranks) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    if (parameter.splitAxis() != Parameter.WHOLE) {
      shape[parameter.splitAxis()] = (shape[parameter.splitAxis()] + ranks - 1) / ranks;
    }
    return new Shape(shape);
  }

  /**
   * Writes the initial values: rows of the part lie in rows of the whole tensor.
   *
   * @param wholeRow elements of a row (the split axis and those within) in the whole tensor
   * @param localRow the same in the part
   * @param offset of the part in the whole tensor's row
   * @param existing elements of the part's row that the whole tensor has
   */
  private void fill(
      InitialValues values, long wholeRow, long localRow, long offset, long existing) {
    long elements = value.size();
    FloatBuffer chunk =
        ByteBuffer.allocateDirect(Float.BYTES * (int) Math.min(CHUNK, elements))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (NDManager scope = value.getManager().newSubManager();
        NDArray flat = value.reshape(-1)) {
      flat.attach(scope);
      for (long from = 0; from < elements; from += CHUNK) {
        int count = (int) Math.min(CHUNK, elements - from);
        long start = from;
        IntStream.range(0, count)
            .parallel()
            .forEach(
                i -> {
                  long row = (start + i) / localRow;
                  long column = (start + i) % localRow;
                  chunk.put(
                      i, column < existing ? values.valueAt(row * wholeRow + offset + column) : 0);
                });
        try (NDArray part = scope.create(chunk.slice(0, count), new Shape(count))) {
          flat.set(new NDIndex("{}:{}", from, from + count), part);
        }
      }
    }
  }

  /** PyTorch allocates a gradient with the first backward; later ones add to it in place. */
  private static NDArray attachedGradient(NDArray value) {
    try (NDArray zeros = value.zerosLike()) {
      JniUtils.backward((PtNDArray) value, (PtNDArray) zeros, false, false);
    }
    return value.getGradient();
  }

  @Override
  public String name() {
    return parameter.name();
  }

  @Override
  public boolean split() {
    return parameter.splitAxis() != Parameter.WHOLE;
  }

  @Override
  public NDArray value() {
    return value;
  }

  @Override
  public NDArray gradient() {
    return gradient;
  }

  /** First index of this part along the split axis. */
  public long first() {
    return first;
  }

  /** How many of the part's indices along the split axis exist in the whole tensor. */
  public long present() {
    return present;
  }
}
