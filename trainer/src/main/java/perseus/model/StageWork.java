package perseus.model;

import java.util.List;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

/**
 * Work of one pipeline stage on one microbatch, on one of the GPUs that share the stage.
 *
 * @param layers work of the stage's layers, in order
 * @param inputBytes bytes of training data that the stage loads per microbatch; 0 except on the
 *     first and the last stage
 * @param activationBytes bytes that the stage sends to the next stage per microbatch, and receives
 *     back as gradients; 0 for the last stage
 * @param parameters number of parameter elements that this GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {
  /**
   * Passes of PyTorch's unfused AdamW over the parameters: decay (2), first moment (5), second
   * moment (5), its root, bias correction and epsilon (6), update (4), zeroing of the gradient (1).
   */
  private static final double ADAMW_PASSES = 23;

  /** Work of AdamW's step on this GPU, once per iteration. */
  public KernelWork optimizerStep() {
    return new KernelWork(0, ADAMW_PASSES * Layer.FLOAT_BYTES * parameters);
  }
}
