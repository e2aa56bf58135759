package perseus.tensor.parameter;

import ai.djl.ndarray.NDArray;

/** A trained tensor of a stage, or this rank's part of it. */
public interface StageParameter {
  /**
   * Name in the model, that of its {@link perseus.model.layer.Parameter}. Parameters of different
   * stages with the same name are copies of one tensor, and their gradients must be summed.
   */
  String name();

  /** Whether tensor parallelism splits the tensor, so that each rank of the group holds a part. */
  boolean split();

  /** The values. The optimizer changes them in place. */
  NDArray value();

  /** The gradient, accumulated since it was last set to zero. Callers may change it in place. */
  NDArray gradient();
}
