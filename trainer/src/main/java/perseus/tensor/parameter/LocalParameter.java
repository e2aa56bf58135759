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
import perseus.tensor.autograd.Kernels;
import perseus.tensor.autograd.Precision;
import perseus.transport.TensorGroup;

/**
 * Holds the value and the gradient of a parameter on one rank. Tensor parallelism divides a split
 * parameter into equal, contiguous parts along one axis of its tensor. Each tensor-parallel rank
 * holds one part of the parameter.
 *
 * <p>If the number of ranks does not divide the length of the split axis, zeros pad the parts of
 * the last ranks. For example, a vocabulary of 50,257 tokens needs padding on two ranks. The
 * gradient of a padding element is always zero.
 */
public final class LocalParameter implements StageParameter {
  /** Maximum number of initial values that one operation copies to the GPU (or CPU). */
  private static final int CHUNK_ELEMENTS = 1 << 20;

  private final Parameter parameter;
  private final NDArray value;
  private final NDArray gradient;
  private final Precision precision;
  private final Kernels kernels;

  /**
   * Values in the number type (such as bfloat16) of the matrix products; null until a layer uses
   * the values.
   */
  private NDArray operand;

  private final long first;
  private final long present;

  /**
   * Creates this rank's part of a parameter, with its initial values.
   *
   * @param manager owner of the tensors with the value and the gradient
   * @param group the tensor-parallel ranks that share the parameter
   * @param values initial values of the whole parameter, over all ranks
   * @param precision number type (such as bfloat16) of the matrix products
   * @param kernels operations that convert the values to the number type of the matrix products
   */
  public LocalParameter(
      Parameter parameter,
      NDManager manager,
      TensorGroup group,
      InitialValues values,
      Precision precision,
      Kernels kernels) {
    this.parameter = parameter;
    this.precision = precision;
    this.kernels = kernels;
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

  /**
   * Returns the shape of the part that each rank holds if {@code ranks} tensor-parallel ranks share
   * the parameter.
   */
  public static Shape shape(Parameter parameter, int ranks) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    if (parameter.splitAxis() != Parameter.WHOLE) {
      shape[parameter.splitAxis()] = (shape[parameter.splitAxis()] + ranks - 1) / ranks;
    }
    return new Shape(shape);
  }

  /**
   * Writes the initial values into this rank's part of the parameter. A row of the whole tensor
   * contains all elements along the split axis and the axes after it. Each rank holds a contiguous
   * part of each row of the whole tensor.
   *
   * @param existing number of elements of this rank's part of a row, without the padding
   */
  private void fill(
      InitialValues values, long wholeRow, long localRow, long offset, long existing) {
    long elements = value.size();
    FloatBuffer chunk =
        ByteBuffer.allocateDirect(Float.BYTES * (int) Math.min(CHUNK_ELEMENTS, elements))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (NDManager scope = value.getManager().newSubManager();
        NDArray flat = value.reshape(-1)) {
      flat.attach(scope);
      for (long from = 0; from < elements; from += CHUNK_ELEMENTS) {
        int count = (int) Math.min(CHUNK_ELEMENTS, elements - from);
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

  /**
   * Creates the gradient tensor of a parameter and attaches it to the value. PyTorch allocates a
   * gradient in the first backward, so this method runs a backward with zeros. Later backwards add
   * to the allocated gradient in place.
   */
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

  /**
   * Returns the parameter's values in the number type (such as bfloat16) of the matrix products. If
   * the number type is not float32, the returned tensor is a copy that PyTorch's automatic
   * differentiation does not connect with {@link #value()}. Each optimizer step updates the copy of
   * the values, so that the layers do not convert the values for each microbatch.
   */
  public NDArray operand() {
    if (operand == null) {
      operand = precision.convert(kernels, value);
    }
    return operand;
  }

  @Override
  public void valuesChanged() {
    if (operand != null && operand != value) {
      kernels.run("copy_", operand, value).close();
    }
  }

  /**
   * Returns the start of this rank's part, as an index along the split axis of the whole tensor.
   */
  public long first() {
    return first;
  }

  /** Returns the length of this rank's part along the split axis, without the padding. */
  public long present() {
    return present;
  }
}
