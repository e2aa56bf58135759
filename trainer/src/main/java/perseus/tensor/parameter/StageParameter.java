package perseus.tensor.parameter;

import ai.djl.ndarray.NDArray;

/** A trained tensor of a stage, or this rank's share of it. */
public interface StageParameter {
  /**
   * Its name in the model, as {@link perseus.model.layer.Parameter} has it: equal names on
   * different stages are copies of one tensor, whose gradients are summed.
   */
  String name();

  /** Whether tensor parallelism splits it, so that each rank of the group holds a part. */
  boolean split();

  /** The values, changed in place by the optimizer. */
  NDArray value();

  /** The gradient accumulated since it was last cleared; it may be changed in place. */
  NDArray gradient();
}
