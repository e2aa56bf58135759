package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * A linear map of the last dimension, {@code y = x W^T + b}, with the weight (outputs, inputs).
 *
 * @param weight its weight
 * @param bias its bias; null for none
 */
record Linear(LocalParameter weight, LocalParameter bias) {

  /** The linear {@code name.weight}, {@code name.bias}. */
  static Linear of(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  /** The linear {@code name.weight}, which has no bias. */
  static Linear withoutBias(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), null);
  }

  /**
   * Applies it: to a whole input, where the outputs may be divided among tensor-parallel ranks.
   *
   * @param x (..., inputs), a cut of the tape
   * @return (..., outputs), a cut
   */
  NDArray apply(Tape tape, NDArray x) {
    NDArray y =
        bias == null
            ? tape.call("linear_without_bias", x, weight.value())
            : tape.call("linear", x, weight.value(), bias.value());
    return tape.handMade(y, gradient -> backward(tape, x, gradient, bias));
  }

  /**
   * Applies it where the inputs are divided among tensor-parallel ranks, whose results are summed.
   *
   * @param x (..., this rank's inputs), a cut of the tape
   * @return (..., outputs), a cut or the end of a graph
   */
  NDArray applyToParts(Tape tape, NDArray x) {
    if (tape.group().size() == 1) {
      return apply(tape, x);
    }
    NDArray y = tape.call("linear_without_bias", x, weight.value());
    tape.group().sum(y);
    NDArray summed = tape.handMade(y, gradient -> backward(tape, x, gradient, null));
    return bias == null ? summed : summed.add(bias.value());
  }

  private void backward(Tape tape, NDArray x, NDArray gradient, LocalParameter addedBias) {
    if (addedBias != null) {
      tape.call("bias_backward", gradient, addedBias.gradient()).close();
    }
    try (NDArray received =
        tape.call("linear_backward", gradient, x, weight.value(), weight.gradient())) {
      Tape.pull(x, received);
    }
  }
}
