package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * A linear layer, {@code y = x W^T + b}, applied to the last dimension. Its backward is computed
 * directly, without PyTorch's automatic differentiation.
 *
 * @param weight W (outputs, inputs)
 * @param bias b (outputs); null for none
 */
record Linear(LocalParameter weight, LocalParameter bias) {

  /** The linear layer with the parameters {@code name.weight} and {@code name.bias}. */
  static Linear of(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  /** The linear layer with the parameter {@code name.weight} and no bias. */
  static Linear withoutBias(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), null);
  }

  /**
   * Applies the layer to whole inputs. With tensor parallelism, the outputs may be divided among
   * the ranks.
   *
   * @param x (..., inputs), a cut of the tape
   * @return (..., this rank's outputs), a cut
   */
  NDArray apply(Tape tape, NDArray x) {
    NDArray y =
        bias == null
            ? tape.call("linear_without_bias", x, weight.value())
            : tape.call("linear", x, weight.value(), bias.value());
    return tape.withBackward(y, gradient -> backward(tape, x, gradient, bias));
  }

  /**
   * Applies the layer to inputs that are divided among the tensor-parallel ranks, and sums the
   * results over the ranks.
   *
   * @param x (..., this rank's inputs), a cut of the tape
   * @return (..., outputs), a cut or a tensor computed from a cut
   */
  NDArray applyToParts(Tape tape, NDArray x) {
    if (tape.group().size() == 1) {
      return apply(tape, x);
    }
    NDArray y = tape.call("linear_without_bias", x, weight.value());
    tape.group().sum(y);
    NDArray summed = tape.withBackward(y, gradient -> backward(tape, x, gradient, null));
    return bias == null ? summed : summed.add(bias.value());
  }

  private void backward(Tape tape, NDArray x, NDArray gradient, LocalParameter addedBias) {
    if (addedBias != null) {
      tape.call("bias_backward", gradient, addedBias.gradient()).close();
    }
    try (NDArray received =
        tape.call("linear_backward", gradient, x, weight.value(), weight.gradient())) {
      Tape.propagate(x, received);
    }
  }
}
