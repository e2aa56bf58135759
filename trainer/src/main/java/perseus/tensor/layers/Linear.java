package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Applies a linear layer, {@code y = x W^T + b}, to the last dimension of a tensor. This class
 * computes the backward of the linear layer directly, without PyTorch's automatic differentiation.
 *
 * @param weight matrix W of the shape (outputs, inputs)
 * @param bias vector b of the shape (outputs); null if the linear layer has no bias
 */
record Linear(LocalParameter weight, LocalParameter bias) {

  /** Creates the linear layer with the parameters {@code name.weight} and {@code name.bias}. */
  static Linear of(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  /** Creates the linear layer with the parameter {@code name.weight} and without a bias. */
  static Linear withoutBias(StageParameters parameters, String name) {
    return new Linear(parameters.get(name + ".weight"), null);
  }

  /**
   * Applies the linear layer to inputs that every tensor-parallel rank holds completely. Each rank
   * computes the outputs for which it holds the rows of the weight matrix.
   *
   * @param x tensor of the shape (..., inputs), which must be a leaf (start of an autograd graph)
   *     of the tape
   * @return tensor of the shape (..., this rank's outputs), which is a new leaf (start of an
   *     autograd graph) of the tape
   */
  NDArray apply(Tape tape, NDArray x) {
    NDArray y =
        bias == null
            ? tape.call("linear_without_bias", x, weight.operand())
            : tape.call("linear", x, weight.operand(), bias.operand());
    return tape.withBackward(y, gradient -> backward(tape, x, gradient, bias));
  }

  /**
   * Applies the linear layer to inputs that are divided among the tensor-parallel ranks. The method
   * sums the outputs over all tensor-parallel ranks.
   *
   * @param x tensor of the shape (..., this rank's inputs), which must be a leaf (start of an
   *     autograd graph) of the tape
   * @return tensor of the shape (..., outputs), which is a new leaf (start of an autograd graph) of
   *     the tape
   */
  NDArray applyToParts(Tape tape, NDArray x) {
    if (tape.group().size() == 1) {
      return apply(tape, x);
    }
    NDArray summed = tape.sumOverGroup(tape.call("linear_without_bias", x, weight.operand()));
    NDArray y = bias == null ? summed : tape.call("add_bias_", summed, bias.operand());
    return tape.withBackward(y, gradient -> backward(tape, x, gradient, bias));
  }

  private void backward(Tape tape, NDArray x, NDArray gradient, LocalParameter addedBias) {
    NDArray w = weight.operand();
    try (NDArray received =
        addedBias == null
            ? tape.call("linear_backward", gradient, x, w, weight.gradient())
            : tape.call(
                "linear_backward_with_bias",
                gradient,
                x,
                w,
                weight.gradient(),
                addedBias.gradient())) {
      tape.propagate(x, received);
    }
  }
}
