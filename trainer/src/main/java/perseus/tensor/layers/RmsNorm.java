package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Applies the normalization of T5 (root mean square normalization). Root mean square normalization
 * divides a vector by the root of its mean square and multiplies each element by a scale. The
 * normalized vectors lie along the last dimension of the tensor. Unlike layer normalization, root
 * mean square normalization adds no shift.
 *
 * @param weight scale of each element of a vector, a tensor of the shape (hidden)
 */
record RmsNorm(LocalParameter weight) {
  /** Creates the root mean square normalization with the parameter {@code name.norm.weight}. */
  static RmsNorm of(StageParameters parameters, String name) {
    return new RmsNorm(parameters.get(name + ".norm.weight"));
  }

  /**
   * Applies the root mean square normalization. PyTorch's automatic differentiation records the
   * normalization for the backward.
   */
  NDArray apply(Tape tape, NDArray x) {
    return tape.call("rms_norm", x, weight.value());
  }
}
