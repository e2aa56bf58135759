package perseus.model;

import java.util.List;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

/**
 * Holds the work of one pipeline stage for one microbatch, on one of the tensor-parallel GPUs that
 * compute the stage.
 *
 * @param layers work of each layer of the stage, in order
 * @param inputBytes bytes of training data that the stage loads per microbatch; 0 for stages that
 *     are neither the first nor the last
 * @param activationBytes bytes of activations that the stage sends to the next stage per
 *     microbatch; the stage receives the same number of bytes of gradients from the next stage; 0
 *     for the last stage
 * @param parameters number of parameter elements that one GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {
  /**
   * The unfused AdamW of PyTorch makes this number of passes over the parameters. One pass reads or
   * writes each element once. Weight decay has 2 passes, the first moment has 5 passes, and the
   * second moment has 5 passes. The root of the second moment, with bias correction and epsilon,
   * has 6 passes. The update of the parameters has 4 passes, and setting the gradients to zero has
   * 1 pass.
   */
  private static final double ADAMW_PASSES = 23;

  /**
   * Returns the work of one optimizer step of AdamW on one GPU. The optimizer step runs once per
   * iteration.
   */
  public KernelWork optimizerStep() {
    return new KernelWork(0, ADAMW_PASSES * Layer.FLOAT_BYTES * parameters);
  }
}
