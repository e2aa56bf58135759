package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * T5's normalization: divides by the root of the mean square over the last dimension; no shift.
 *
 * @param weight scale (hidden)
 */
record RmsNorm(LocalParameter weight) {
  /** The normalization with the parameter {@code name.norm.weight}. */
  static RmsNorm of(StageParameters parameters, String name) {
    return new RmsNorm(parameters.get(name + ".norm.weight"));
  }

  /** Applies the normalization under automatic differentiation. */
  NDArray apply(Tape tape, NDArray x) {
    return tape.call("rms_norm", x, weight.value());
  }
}
