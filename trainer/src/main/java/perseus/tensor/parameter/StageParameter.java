package perseus.tensor.parameter;

import ai.djl.ndarray.NDArray;

/**
 * Defines access to the value and the gradient of one trained tensor. With tensor parallelism, the
 * tensor may be this rank's part of a parameter.
 */
public interface StageParameter {
  /**
   * Returns the name of the {@link perseus.model.layer.Parameter} in the model. If parameters of
   * different stages have the same name, they are copies of one tensor, and their gradients must be
   * summed.
   */
  String name();

  /**
   * Returns whether tensor parallelism splits the tensor, so that each rank of the group holds one
   * part.
   */
  boolean split();

  /** Returns the tensor of values. The optimizer changes this tensor in place. */
  NDArray value();

  /**
   * Returns the gradient, which backwards accumulate until the optimizer sets it to zero. Callers
   * may change the gradient in place.
   */
  NDArray gradient();
}
