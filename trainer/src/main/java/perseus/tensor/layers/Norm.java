package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Layer normalization of the last dimension.
 *
 * @param weight scale (width)
 * @param bias shift (width)
 * @param epsilon summand of the variance
 */
record Norm(LocalParameter weight, LocalParameter bias, float epsilon) {
  /** The normalization with the parameters {@code name.weight} and {@code name.bias}. */
  static Norm of(StageParameters parameters, String name, float epsilon) {
    return new Norm(parameters.get(name + ".weight"), parameters.get(name + ".bias"), epsilon);
  }

  /** Applies the normalization under automatic differentiation. */
  NDArray apply(NDArray x) {
    Shape width = new Shape(weight.value().size());
    return LayerNorm.layerNorm(x, width, weight.value(), bias.value(), epsilon).singletonOrThrow();
  }
}
