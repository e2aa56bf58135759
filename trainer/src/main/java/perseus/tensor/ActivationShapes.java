package perseus.tensor;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.model.Batch;
import perseus.model.BertEmbedding;
import perseus.model.CausalHead;
import perseus.model.Layer;
import perseus.model.MaskedHead;
import perseus.model.PositionEmbedding;
import perseus.model.TokenEmbedding;
import perseus.model.TransformerBlock;

/** Shapes of what a layer hands to the next. */
final class ActivationShapes {
  private ActivationShapes() {}

  /**
   * The shapes after a layer: (samples, tokens, hidden), in T5's decoder twice, or (samples,
   * channels, height, width); none after the last layer of a model.
   */
  static List<Shape> after(Layer layer, Batch batch) {
    if (layer instanceof TokenEmbedding embedding) {
      return tokens(batch, embedding.hidden());
    }
    if (layer instanceof PositionEmbedding embedding) {
      return tokens(batch, embedding.hidden());
    }
    if (layer instanceof BertEmbedding embedding) {
      return tokens(batch, embedding.hidden());
    }
    if (layer instanceof TransformerBlock block) {
      return tokens(batch, block.hidden());
    }
    if (layer instanceof CausalHead || layer instanceof MaskedHead) {
      return List.of();
    }
    throw new IllegalArgumentException("No tensors for " + layer);
  }

  private static List<Shape> tokens(Batch batch, int hidden) {
    return List.of(new Shape(batch.microbatchSize(), batch.sequenceLength(), hidden));
  }
}
