package perseus.tensor.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import perseus.transport.TensorGroup;

/**
 * Records the forward of one layer for one microbatch and runs its backward.
 *
 * <p>A tape records the forward of a layer as a sequence of autograd graphs of PyTorch. Methods
 * such as {@link #cut} end one autograd graph and start the next one at a tensor, which is called
 * the leaf of the graph. For each leaf, the tape stores a function that receives the gradient of
 * the leaf in the backward:
 *
 * <ul>
 *   <li>{@link #cut} and {@link #add} store a function that passes the gradient on unchanged.
 *   <li>{@link #copyToGroup} stores a function that sums the gradient over the tensor-parallel
 *       group and passes the sum on.
 *   <li>{@link #withBackward} stores a function of its caller, which can, for example, add to the
 *       float32 gradient of a parameter.
 * </ul>
 *
 * <p>The gradient of a leaf is the sum of PyTorch's gradient and of the gradients that {@link
 * #propagate} passes to the leaf. The tape adds the gradients of {@link #propagate} itself. On a
 * GPU, PyTorch would use another thread and copy each gradient.
 *
 * <p>The backward of a layer goes through the leaves in the reverse order of the forward. The
 * gradient of a leaf is complete before the backward passes it on.
 *
 * <p>A tape can also run the forward of a layer without recording it. Without recording, the tape
 * computes the same results but keeps no tensors for a backward.
 */
public final class Tape implements AutoCloseable {
  private record Cut(NDArray leaf, Consumer<NDArray> backward) {}

  private final NDManager manager;
  private final Kernels kernels;
  private final TensorGroup group;
  private final boolean recording;
  private final List<Cut> cuts = new ArrayList<>();

  /**
   * Sum of the gradients that {@link #propagate} has passed to each leaf; null before the first
   * gradient.
   */
  private final Map<NDArray, NDArray> passed = new IdentityHashMap<>();

  private NDList inputs = new NDList();
  private NDList outputs = new NDList();

  /**
   * Creates a tape that has not recorded any operation.
   *
   * @param parent manager under which this constructor creates the manager of the tape's tensors
   * @param group the tensor-parallel ranks that share the layer of the tape
   * @param recording true if the caller will run a backward, so that the tape must record the
   *     forward
   */
  public Tape(NDManager parent, Kernels kernels, TensorGroup group, boolean recording) {
    this.manager = parent.newSubManager();
    this.kernels = kernels;
    this.group = group;
    this.recording = recording;
  }

  /** Defines a function that computes the forward of a layer with a given tape. */
  public interface Forward {
    NDList apply(Tape tape, NDList inputs);
  }

  /**
   * Runs the forward of a layer; callers may run at most one forward on each tape.
   *
   * @param values inputs of the forward; the tape uses new tensor objects that share the memory of
   *     these inputs
   * @return outputs of the forward; the tape owns the output tensors
   */
  public NDList run(Forward forward, NDList values) {
    JniUtils.setGradMode(recording);
    try {
      for (NDArray value : values) {
        inputs.add(recording ? leaf(value) : borrowed(value));
      }
      outputs = forward.apply(this, inputs);
      return outputs;
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /**
   * Runs the backward of the forward that this tape has recorded.
   *
   * @param gradients gradients of the outputs of the recorded forward
   * @param owner manager that will own the returned gradients
   * @return gradients of the inputs of the recorded forward
   */
  public NDList backward(NDList gradients, NDManager owner) {
    for (int i = 0; i < outputs.size(); i++) {
      propagate(outputs.get(i), gradients.get(i));
    }
    for (int i = cuts.size() - 1; i >= 0; i--) {
      Cut cut = cuts.get(i);
      try (NDArray gradient = gradient(cut.leaf)) {
        cut.backward.accept(gradient);
      }
      cut.leaf.close();
    }
    NDList received = new NDList();
    for (NDArray input : inputs) {
      NDArray gradient = gradient(input);
      gradient.attach(owner);
      received.add(gradient);
    }
    return received;
  }

  /** Runs a PyTorch operation from {@link Kernels} and returns its result, which the tape owns. */
  public NDArray call(String kernel, NDArray... operands) {
    return own(kernels.run(kernel, operands));
  }

  /** Converts a float32 tensor to the number type of the matrix products (such as bfloat16). */
  public NDArray convert(Precision precision, NDArray tensor) {
    NDArray converted = precision.convert(kernels, tensor);
    return converted == tensor ? tensor : own(converted);
  }

  /** Returns the tensor-parallel ranks that share the layer of the tape. */
  public TensorGroup group() {
    return group;
  }

  /** Returns the manager that owns the tape's tensors. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Makes the tape the owner of a tensor, so that closing the tape frees the tensor. Returns the
   * given tensor.
   */
  public NDArray own(NDArray tensor) {
    if (tensor.getManager() != manager) {
      tensor.attach(manager);
    }
    return tensor;
  }

  /**
   * Starts a new autograd graph at a tensor, and returns the first tensor of the new graph. In the
   * backward, the tape passes the gradient of the returned tensor unchanged to the given tensor.
   */
  public NDArray cut(NDArray tensor) {
    return withBackward(tensor, gradient -> propagate(tensor, gradient));
  }

  /**
   * Starts a new autograd graph at a tensor that all ranks of the tensor-parallel group use. In the
   * backward, the tape sums the gradient of the tensor over all ranks of the tensor-parallel group.
   * The method {@code copyToGroup} is the operator {@code f} of Megatron-LM (Shoeybi et al., 2019).
   */
  public NDArray copyToGroup(NDArray tensor) {
    return withBackward(tensor, gradient -> propagate(tensor, sumOverGroup(gradient)));
  }

  /**
   * Sums a tensor over the tensor-parallel group. The sum of a bfloat16 tensor is computed in
   * bfloat16 if the group can do so. If the group cannot sum tensors of the given type, the sum is
   * computed in float32 and converted back.
   *
   * @return the sum, which may be the given tensor
   */
  public NDArray sumOverGroup(NDArray tensor) {
    DataType type = tensor.getDataType();
    // DJL does not know the type bfloat16, and returns UNKNOWN for it.
    boolean bfloat16 = type == DataType.UNKNOWN;
    if (group.size() == 1 || type == DataType.FLOAT32 || bfloat16 && group.sumsBfloat16()) {
      group.sum(tensor);
      return tensor;
    }
    try (NDArray sum = call("float32", tensor)) {
      group.sum(sum);
      return call("type_as", sum, tensor);
    }
  }

  /**
   * Adds two tensors of the same shape and starts a new autograd graph at their sum. In the
   * backward, the tape passes the gradient of the sum to both tensors.
   */
  public NDArray add(NDArray left, NDArray right) {
    return withBackward(
        own(left.add(right)),
        gradient -> {
          propagate(left, gradient);
          propagate(right, gradient);
        });
  }

  /**
   * Starts a new autograd graph at a tensor that was computed without automatic differentiation.
   *
   * @param value tensor that was computed without automatic differentiation
   * @param backward function that receives the gradient of {@code value}; the function must pass
   *     gradients to the tensors from which {@code value} was computed
   * @return the first tensor of the new autograd graph, which the caller must use instead of {@code
   *     value}
   */
  public NDArray withBackward(NDArray value, Consumer<NDArray> backward) {
    if (!recording) {
      return value;
    }
    NDArray leaf = leaf(value);
    cuts.add(new Cut(leaf, backward));
    return leaf;
  }

  /**
   * Passes a gradient to a tensor. If the tensor is a leaf (start of an autograd graph), the tape
   * adds the gradient to the gradient of the leaf. If the tensor is the result of an autograd
   * graph, PyTorch runs the backward of this graph. The caller may close the gradient after the
   * call.
   */
  public void propagate(NDArray tensor, NDArray gradient) {
    if (!passed.containsKey(tensor)) {
      JniUtils.backward((PtNDArray) tensor, (PtNDArray) gradient, false, false);
      return;
    }
    NDArray before = passed.get(tensor);
    passed.put(tensor, before == null ? borrowed(gradient) : sum(before, gradient));
    if (before != null) {
      before.close();
    }
  }

  private NDArray sum(NDArray left, NDArray right) {
    return own(left.add(right));
  }

  /**
   * Returns the gradient of a leaf (the first tensor of an autograd graph). All operations that use
   * the leaf must have run their backward. If no operation uses the leaf, its gradient is zero.
   */
  private NDArray gradient(NDArray leaf) {
    NDArray direct = passed.remove(leaf);
    NDArray recorded = JniUtils.getGradient((PtNDArray) leaf);
    if (direct == null && recorded == null) {
      return call("zeros_like", leaf);
    }
    if (direct == null || recorded == null) {
      return direct == null ? recorded : direct;
    }
    try (direct;
        recorded) {
      return sum(recorded, direct);
    }
  }

  private NDArray leaf(NDArray value) {
    NDArray leaf = borrowed(value);
    leaf.setRequiresGradient(true);
    passed.put(leaf, null);
    return leaf;
  }

  /**
   * Returns a new tensor object that shares the memory of a tensor but has no autograd graph. The
   * tape owns the new tensor object.
   */
  private NDArray borrowed(NDArray value) {
    NDArray handle = value.stopGradient();
    handle.attach(manager);
    return handle;
  }

  @Override
  public void close() {
    manager.close();
  }
}
