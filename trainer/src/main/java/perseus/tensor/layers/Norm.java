package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Applies layer normalization to the last dimension of a tensor.
 *
 * @param weight scale of each element along the last dimension, a tensor of the shape (width)
 * @param bias shift of each element along the last dimension, a tensor of the shape (width)
 * @param epsilon constant that is added to the variance, to avoid a division by zero
 */
record Norm(LocalParameter weight, LocalParameter bias, float epsilon) {
  /**
   * Creates the layer normalization with the parameters {@code name.weight} and {@code name.bias}.
   */
  static Norm of(StageParameters parameters, String name, float epsilon) {
    return new Norm(parameters.get(name + ".weight"), parameters.get(name + ".bias"), epsilon);
  }

  /**
   * Applies the layer normalization. PyTorch's automatic differentiation records the layer
   * normalization for the backward.
   */
  NDArray apply(NDArray x) {
    Shape width = new Shape(weight.value().size());
    return LayerNorm.layerNorm(x, width, weight.value(), bias.value(), epsilon).singletonOrThrow();
  }
}
