package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Applies the normalization of T5. The normalization divides by the root of the mean square over
 * the last dimension and multiplies by a scale. The normalization adds no shift.
 *
 * @param weight scale of each element, of the shape (hidden)
 */
record RmsNorm(LocalParameter weight) {
  /** Creates the normalization with the parameter {@code name.norm.weight}. */
  static RmsNorm of(StageParameters parameters, String name) {
    return new RmsNorm(parameters.get(name + ".norm.weight"));
  }

  /** Applies the normalization. PyTorch's automatic differentiation records the operation. */
  NDArray apply(Tape tape, NDArray x) {
    return tape.call("rms_norm", x, weight.value());
  }
}
