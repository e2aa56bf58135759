package perseus.tensor;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.resnet.Bottleneck;
import perseus.model.resnet.ResNetStem;
import perseus.model.t5.T5DecoderAttention;
import perseus.model.t5.T5DecoderFeedForward;
import perseus.model.t5.T5Embedding;
import perseus.model.t5.T5EncoderBlock;
import perseus.model.t5.T5Head;
import perseus.model.transformer.BertEmbedding;
import perseus.model.transformer.CausalHead;
import perseus.model.transformer.MaskedHead;
import perseus.model.transformer.PositionEmbedding;
import perseus.model.transformer.TokenEmbedding;
import perseus.model.transformer.TransformerBlock;

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
    if (layer instanceof T5Embedding embedding) {
      return tokens(batch, embedding.shape().hidden());
    }
    if (layer instanceof T5EncoderBlock block) {
      return tokens(batch, block.shape().hidden());
    }
    if (layer instanceof T5DecoderAttention attention) {
      return decoder(batch, attention.shape().hidden());
    }
    if (layer instanceof T5DecoderFeedForward feedForward) {
      return decoder(batch, feedForward.shape().hidden());
    }
    if (layer instanceof ResNetStem stem) {
      return maps(batch, stem.channels(), stem.imageSize() / 4);
    }
    if (layer instanceof Bottleneck bottleneck && bottleneck.classes() == 0) {
      return maps(batch, bottleneck.outputs(), bottleneck.inputSize() / bottleneck.stride());
    }
    if (layer instanceof CausalHead
        || layer instanceof MaskedHead
        || layer instanceof T5Head
        || layer instanceof Bottleneck) {
      return List.of();
    }
    throw new IllegalArgumentException("No tensors for " + layer);
  }

  private static List<Shape> tokens(Batch batch, int hidden) {
    return List.of(new Shape(batch.microbatchSize(), batch.sequenceLength(), hidden));
  }

  /** The decoder's stream, and the encoder's output that travels on with it. */
  private static List<Shape> decoder(Batch batch, int hidden) {
    Shape stream = tokens(batch, hidden).get(0);
    return List.of(stream, stream);
  }

  private static List<Shape> maps(Batch batch, int channels, int size) {
    return List.of(new Shape(batch.microbatchSize(), channels, size, size));
  }
}
