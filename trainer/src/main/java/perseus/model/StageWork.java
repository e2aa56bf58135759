package perseus.model;

import java.util.List;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

/**
 * What one pipeline stage does to one microbatch, on one of the tp GPUs that share it.
 *
 * @param layers the stage's layers in order
 * @param inputBytes bytes of training data that the stage loads for a microbatch (first and last
 *     stage; else 0)
 * @param activationBytes bytes that it sends to the next stage per microbatch, and receives back as
 *     gradient; 0 for the last
 * @param parameters number of parameters that this GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {
  /**
   * Passes of PyTorch's unfused AdamW over a parameter's elements: decay (2), first moment (5),
   * second moment (5), its root, bias correction and epsilon (6), the update (4), and zeroing the
   * gradient (1).
   */
  private static final double ADAMW_PASSES = 23;

  /** The sum of all layers' forward, per microbatch. */
  public KernelWork forward() {
    return layers.stream().map(LayerWork::forward).reduce(KernelWork.NONE, KernelWork::plus);
  }

  /** The sum of all layers' backward without recomputation, per microbatch. */
  public KernelWork backward() {
    return layers.stream().map(LayerWork::backward).reduce(KernelWork.NONE, KernelWork::plus);
  }

  /** AdamW's step over the parameters that this GPU holds, once per iteration. */
  public KernelWork optimizerStep() {
    return new KernelWork(0, ADAMW_PASSES * Layer.FLOAT_BYTES * parameters);
  }
}
