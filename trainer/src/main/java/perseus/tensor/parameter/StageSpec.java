package perseus.tensor.parameter;

import java.util.List;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;

/**
 * Which part of a model a rank holds, and how it trains it.
 *
 * @param model the model
 * @param firstLayer the first layer of the stage, or of the chunk of it
 * @param endLayer the layer after its last
 * @param batch samples and tokens of a microbatch, and the tensor-parallel degree
 * @param microbatches microbatches of an iteration over all pipelines: gradients are means over
 *     them
 * @param checkpointing whether the backward recomputes the activations of the layers that are
 *     {@linkplain Layer#isRecomputed() recomputed}
 * @param seed of the parameters' initial values, which depend on it and on a parameter's name only
 * @param initStd standard deviation of initial weights, in the families that leave it open
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

  /** Whether it holds the model's first layer. */
  public boolean isFirst() {
    return firstLayer == 0;
  }

  /** Whether it holds the model's last layer. */
  public boolean isLast() {
    return endLayer == model.layers().size();
  }
}
