package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Applies layer normalization to the last dimension of a tensor. This class computes the backward
 * of the layer normalization directly, without PyTorch's automatic differentiation.
 *
 * @param weight scale of each element along the last dimension, a tensor of the shape (width)
 * @param bias shift of each element along the last dimension, a tensor of the shape (width)
 * @param kernel name of the operation in {@code kernels.py}, which fixes the constant that is added
 *     to the variance
 */
record Norm(LocalParameter weight, LocalParameter bias, String kernel) {
  /**
   * Creates the layer normalization with the parameters {@code name.weight} and {@code name.bias}.
   * The constant that is added to the variance is 1e-5.
   */
  static Norm of(StageParameters parameters, String name) {
    return of(parameters, name, "layer_norm");
  }

  /** Creates the layer normalization of BERT, which adds the constant 1e-12 to the variance. */
  static Norm ofBert(StageParameters parameters, String name) {
    return of(parameters, name, "bert_layer_norm");
  }

  private static Norm of(StageParameters parameters, String name, String kernel) {
    return new Norm(parameters.get(name + ".weight"), parameters.get(name + ".bias"), kernel);
  }

  /**
   * Applies the layer normalization.
   *
   * @return normalized tensor, which is a new leaf (start of an autograd graph) of the tape
   */
  NDArray apply(Tape tape, NDArray x) {
    return tape.withBackward(
        tape.call(kernel, x, weight.operand(), bias.operand()),
        gradient -> {
          try (NDArray received =
              tape.call(
                  kernel + "_backward",
                  gradient,
                  x,
                  weight.operand(),
                  bias.operand(),
                  weight.gradient(),
                  bias.gradient())) {
            tape.propagate(x, received);
          }
        });
  }
}
