package perseus.model;

import java.util.List;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

/**
 * Holds the work of one pipeline stage for one microbatch, on one of the GPUs that share the stage.
 *
 * @param layers work of each layer of the stage, in order
 * @param inputBytes bytes of training data that the stage loads per microbatch; 0 for stages that
 *     are neither the first nor the last
 * @param activationBytes bytes of activations that the stage sends to the next stage per
 *     microbatch, which is also the size of the gradients that it receives from that stage; 0 for
 *     the last stage
 * @param parameters number of parameter elements that one GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {
  /**
   * The number of passes of PyTorch's unfused AdamW over the parameters; one pass reads or writes
   * each element once. The passes are: weight decay 2, first moment 5, second moment 5, root of the
   * second moment with bias correction and epsilon 6, update 4, and setting the gradient to zero 1.
   */
  private static final double ADAMW_PASSES = 23;

  /**
   * Returns the work of one optimizer step of AdamW on one GPU. The step runs once per iteration.
   */
  public KernelWork optimizerStep() {
    return new KernelWork(0, ADAMW_PASSES * Layer.FLOAT_BYTES * parameters);
  }
}
