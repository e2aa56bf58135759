package perseus.tensor.parameter;

import java.util.List;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.tensor.autograd.Precision;

/**
 * Describes one pipeline stage to train: its layers, its microbatches and its initial values.
 *
 * @param model the whole model, of which the stage is a part
 * @param firstLayer index in the model of the stage's first layer
 * @param endLayer index in the model of the layer after the stage's last layer
 * @param batch sizes of a microbatch (samples, tokens) and the tensor-parallel degree
 * @param microbatches number of microbatches in an iteration, summed over all data-parallel
 *     pipelines. The gradients of an iteration are means over its microbatches in all pipelines.
 * @param checkpointing true if the backward recomputes the activations of the layers for which
 *     {@link Layer#isRecomputed()} is true
 * @param seed seed from which the initial values of the parameters are computed
 * @param initStd standard deviation of the initial weights of GPT-3, BERT and Bloom; not used for
 *     T5 and Wide-ResNet
 * @param precision number type (such as bfloat16) of the matrix products and of the activations
 */
public record StageSpec(
    Model model,
    int firstLayer,
    int endLayer,
    Batch batch,
    int microbatches,
    boolean checkpointing,
    long seed,
    double initStd,
    Precision precision) {
  /** Returns the layers of the stage, in the order of the model. */
  public List<Layer> layers() {
    return model.layers().subList(firstLayer, endLayer);
  }

  /** Returns whether the stage contains the model's first layer. */
  public boolean isFirst() {
    return firstLayer == 0;
  }

  /** Returns whether the stage contains the model's last layer. */
  public boolean isLast() {
    return endLayer == model.layers().size();
  }
}
