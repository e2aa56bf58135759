package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * T5's normalization: by the root of the mean square of the last dimension, without shift.
 *
 * @param weight its scale
 */
record RmsNorm(LocalParameter weight) {
  static RmsNorm of(StageParameters parameters, String name) {
    return new RmsNorm(parameters.get(name + ".norm.weight"));
  }

  NDArray apply(Tape tape, NDArray x) {
    return tape.call("rms_norm", x, weight.value());
  }
}
