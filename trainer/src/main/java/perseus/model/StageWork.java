package perseus.model;

import java.util.List;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

/**
 * Holds the work (floating-point operations and bytes) of one pipeline stage for one microbatch, on
 * one of the tensor-parallel GPUs that compute the stage.
 *
 * @param layers work of each layer of the stage, in the order of the model
 * @param inputBytes bytes of training data that the stage loads for each microbatch; 0 for stages
 *     that are neither the first nor the last stage
 * @param activationBytes bytes of activations that the stage sends to the next stage for each
 *     microbatch; 0 for the last stage. For each microbatch, the stage also receives gradients with
 *     {@code activationBytes} bytes from the next stage.
 * @param parameters number of elements of the stage's parameters that one GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {
  /**
   * Number of reads and writes per parameter element in one step of PyTorch's unfused optimizer
   * AdamW.
   *
   * <pre>
   *    2  weight decay
   *   10  update of the first and the second moment
   *    6  root of the second moment
   *    4  update of the parameter
   *    1  setting of the gradient to zero
   * </pre>
   */
  private static final double ADAMW_PASSES = 23;

  /**
   * Returns the work (bytes of memory access) of one step of the optimizer AdamW on one GPU. The
   * optimizer step runs once per iteration.
   */
  public KernelWork optimizerStep() {
    return new KernelWork(0, ADAMW_PASSES * Layer.FLOAT_BYTES * parameters);
  }
}
