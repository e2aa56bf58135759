package perseus.tensor.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import perseus.transport.TensorGroup;

/**
 * Records the forward of one layer on one microbatch, so that its backward can be run.
 *
 * <p>The forward is divided at <em>cuts</em>; between two cuts, PyTorch's automatic differentiation
 * records it. A cut is a tensor at which a new autograd graph starts (a leaf), with a rule for its
 * gradient. The rule passes the gradient on to the tensor before the cut, or first sums it over the
 * tensor-parallel group, or computes the backward of an operation directly. Linear layers do the
 * last: they add to the gradient of their weight without an intermediate tensor.
 *
 * <p>The backward applies the rules of the cuts in reverse order. The gradient of a cut is complete
 * when its turn comes, because only later cuts depend on it.
 *
 * <p>A tape that does not record computes the same results and keeps nothing for a backward.
 */
public final class Tape implements AutoCloseable {
  private record Cut(NDArray leaf, Consumer<NDArray> backward) {}

  private final NDManager manager;
  private final Kernels kernels;
  private final TensorGroup group;
  private final boolean recording;
  private final List<Cut> cuts = new ArrayList<>();
  private NDList inputs = new NDList();
  private NDList outputs = new NDList();

  /**
   * Creates an empty tape.
   *
   * @param parent parent of the manager that owns the tape's tensors
   * @param group the ranks that share the layer
   * @param recording whether a backward will follow
   */
  public Tape(NDManager parent, Kernels kernels, TensorGroup group, boolean recording) {
    this.manager = parent.newSubManager();
    this.kernels = kernels;
    this.group = group;
    this.recording = recording;
  }

  /** A forward that runs on a tape. */
  public interface Forward {
    NDList apply(Tape tape, NDList inputs);
  }

  /**
   * Runs a forward. A tape runs one forward at most.
   *
   * @param values inputs of the forward; the tape keeps separate handles to them
   * @return outputs of the forward, which the tape owns
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
   * Runs the backward of the recorded forward.
   *
   * @param gradients gradients of the outputs
   * @param owner manager that will own the result
   * @return gradients of the inputs
   */
  public NDList backward(NDList gradients, NDManager owner) {
    for (int i = 0; i < outputs.size(); i++) {
      propagate(outputs.get(i), gradients.get(i));
    }
    for (int i = cuts.size() - 1; i >= 0; i--) {
      Cut cut = cuts.get(i);
      try (NDArray gradient = cut.leaf.getGradient()) {
        cut.backward.accept(gradient);
      }
      cut.leaf.close();
    }
    NDList received = new NDList();
    for (NDArray input : inputs) {
      NDArray gradient = input.getGradient();
      gradient.attach(owner);
      received.add(gradient);
    }
    return received;
  }

  /** Runs a method of {@link Kernels}; the tape owns the result. */
  public NDArray call(String kernel, NDArray... operands) {
    return own(kernels.run(kernel, operands));
  }

  /** The ranks that share the layer. */
  public TensorGroup group() {
    return group;
  }

  /** The manager that owns the tape's tensors. */
  public NDManager manager() {
    return manager;
  }

  /** Makes the tape own a tensor, so that closing the tape frees it; returns the same tensor. */
  public NDArray own(NDArray tensor) {
    if (tensor.getManager() != manager) {
      tensor.attach(manager);
    }
    return tensor;
  }

  /** Starts a new graph at a tensor; the backward passes its gradient on unchanged. */
  public NDArray cut(NDArray tensor) {
    return recording ? withBackward(tensor, gradient -> propagate(tensor, gradient)) : tensor;
  }

  /**
   * Starts a new graph at a tensor; the backward sums its gradient over the ranks of the group.
   * This is the operator f of Megatron-LM.
   */
  public NDArray copyToGroup(NDArray tensor) {
    if (!recording) {
      return tensor;
    }
    return withBackward(
        tensor,
        gradient -> {
          group.sum(gradient);
          propagate(tensor, gradient);
        });
  }

  /**
   * Starts a new graph at a tensor that was computed without automatic differentiation.
   *
   * @param value the tensor
   * @param backward called with the tensor's gradient; it must pass gradients on to the operands
   * @return the cut, to be used in place of {@code value}
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
   * Passes a gradient to a tensor. A leaf accumulates it; for the end of a graph, PyTorch's
   * backward runs through that graph.
   */
  public static void propagate(NDArray tensor, NDArray gradient) {
    JniUtils.backward((PtNDArray) tensor, (PtNDArray) gradient, false, false);
  }

  private NDArray leaf(NDArray value) {
    NDArray leaf = borrowed(value);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** A new handle to the memory of a tensor, without its graph, which the tape owns. */
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
