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
 * The forward of one layer on one microbatch, recorded for its backward.
 *
 * <p>PyTorch's automatic differentiation records what happens between <em>cuts</em>. A cut is a
 * tensor that begins a graph of its own (a leaf), with a rule that says what to do with its
 * gradient: hand it on to the tensor it was cut from, sum it over the tensor-parallel group first,
 * or compute the backward of an operation by hand, as the linears do, which add their weight's
 * gradient to what it holds without a tensor in between. The backward visits the cuts last to
 * first; by then a cut's gradient is complete, for only later ones depend on it.
 *
 * <p>A tape that does not record computes the same without keeping anything.
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

  public Tape(NDManager parent, Kernels kernels, TensorGroup group, boolean recording) {
    this.manager = parent.newSubManager();
    this.kernels = kernels;
    this.group = group;
    this.recording = recording;
  }

  /** A forward on a tape. */
  public interface Forward {
    NDList apply(Tape tape, NDList inputs);
  }

  /**
   * Runs a forward.
   *
   * @param values its inputs, of which the tape keeps its own handles
   * @return its outputs, which the tape owns
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
   * Runs the backward.
   *
   * @param gradients of the outputs
   * @return gradients of the inputs, which the caller owns through {@code owner}
   */
  public NDList backward(NDList gradients, NDManager owner) {
    for (int i = 0; i < outputs.size(); i++) {
      pull(outputs.get(i), gradients.get(i));
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

  /** Runs an operation of {@link Kernels}; the tape owns the result. */
  public NDArray call(String kernel, NDArray... operands) {
    return own(kernels.run(kernel, operands));
  }

  public TensorGroup group() {
    return group;
  }

  public NDManager manager() {
    return manager;
  }

  /** Takes over a tensor that was made from one that outlives the tape. */
  public NDArray own(NDArray tensor) {
    if (tensor.getManager() != manager) {
      tensor.attach(manager);
    }
    return tensor;
  }

  /** Begins a new graph at a tensor. */
  public NDArray cut(NDArray tensor) {
    return recording ? handMade(tensor, gradient -> pull(tensor, gradient)) : tensor;
  }

  /** The same tensor, whose gradient is the sum of the group's ranks' (Megatron-LM's f). */
  public NDArray copyToGroup(NDArray tensor) {
    if (!recording) {
      return tensor;
    }
    return handMade(
        tensor,
        gradient -> {
          group.sum(gradient);
          pull(tensor, gradient);
        });
  }

  /**
   * A tensor that was computed without automatic differentiation.
   *
   * @param value the tensor
   * @param backward takes its gradient
   */
  public NDArray handMade(NDArray value, Consumer<NDArray> backward) {
    if (!recording) {
      return value;
    }
    NDArray leaf = leaf(value);
    cuts.add(new Cut(leaf, backward));
    return leaf;
  }

  /** Hands a gradient to a tensor, which is a leaf or the end of a graph that is now traversed. */
  public static void pull(NDArray tensor, NDArray gradient) {
    JniUtils.backward((PtNDArray) tensor, (PtNDArray) gradient, false, false);
  }

  private NDArray leaf(NDArray value) {
    NDArray leaf = borrowed(value);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** A handle of the tape's own to a tensor's memory, without its graph. */
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
