package perseus.tensor.parameter;

import java.util.List;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;

/**
 * Description of one stage to train: its layers and how they are trained.
 *
 * @param model the model
 * @param firstLayer index of the stage's first layer
 * @param endLayer index of the layer after the stage's last layer
 * @param batch shape of a microbatch, with the tensor-parallel degree
 * @param microbatches number of microbatches of an iteration over all pipelines; gradients are
 *     means over them
 * @param checkpointing whether the backward recomputes the activations of the layers that are
 *     {@linkplain Layer#isRecomputed() recomputed}
 * @param seed seed of the parameters' initial values
 * @param initStd standard deviation of the initial weights; T5 and Wide-ResNet ignore it
 */
public record StageSpec(
    Model model,
    int firstLayer,
    int endLayer,
    Batch batch,
    int microbatches,
    boolean checkpointing,
    long seed,
    double initStd) {
  /** The layers of the stage. */
  public List<Layer> layers() {
    return model.layers().subList(firstLayer, endLayer);
  }

  /** Whether the stage contains the model's first layer. */
  public boolean isFirst() {
    return firstLayer == 0;
  }

  /** Whether the stage contains the model's last layer. */
  public boolean isLast() {
    return endLayer == model.layers().size();
  }
}
