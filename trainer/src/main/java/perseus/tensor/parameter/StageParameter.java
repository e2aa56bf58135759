package perseus.tensor.parameter;

import ai.djl.ndarray.NDArray;

/**
 * Gives access to the value and the gradient of one trained tensor. With tensor parallelism, the
 * trained tensor may be only this rank's part of a parameter.
 */
public interface StageParameter {
  /**
   * Returns the name that the parameter has in the model; see {@link
   * perseus.model.layer.Parameter}. If parameters of different stages have the same name, the
   * parameters are copies of one tensor, and their gradients must be summed.
   */
  String name();

  /**
   * Returns whether tensor parallelism splits the trained tensor, so that each tensor-parallel rank
   * holds one part.
   */
  boolean split();

  /**
   * Returns the tensor with the parameter's values. The optimizer changes the tensor with the
   * parameter's values in place.
   */
  NDArray value();

  /**
   * Returns the gradient of the parameter, which backwards accumulate until the optimizer sets it
   * to zero. Callers may change the returned gradient in place.
   */
  NDArray gradient();

  /**
   * Updates the copy of the values that matrix products use, if there is such a copy. Callers must
   * call the method after each change of the values.
   */
  void valuesChanged();
}
