package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;

/**
 * Lists the two forms of the activation function GELU (Hendrycks and Gimpel, 2016). This class
 * computes the backward of the activation function directly, without PyTorch's automatic
 * differentiation.
 */
enum Gelu {
  /**
   * The exact definition, with the cumulative distribution function of the normal distribution, as
   * in BERT.
   */
  EXACT("gelu"),
  /** The approximation with the hyperbolic tangent, as in GPT and Bloom. */
  TANH("gelu_tanh");

  private final String kernel;

  Gelu(String kernel) {
    this.kernel = kernel;
  }

  /**
   * Applies the activation function to each element of a tensor.
   *
   * @return result, which is a new leaf (start of an autograd graph) of the tape
   */
  NDArray apply(Tape tape, NDArray x) {
    return tape.withBackward(
        tape.call(kernel, x),
        gradient -> {
          try (NDArray received = tape.call(kernel + "_backward", gradient, x)) {
            tape.propagate(x, received);
          }
        });
  }
}
