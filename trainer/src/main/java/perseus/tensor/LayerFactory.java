package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import perseus.model.BertEmbedding;
import perseus.model.Bottleneck;
import perseus.model.CausalHead;
import perseus.model.Layer;
import perseus.model.MaskedHead;
import perseus.model.PositionEmbedding;
import perseus.model.ResNetStem;
import perseus.model.T5DecoderAttention;
import perseus.model.T5DecoderFeedForward;
import perseus.model.T5Embedding;
import perseus.model.T5EncoderBlock;
import perseus.model.T5Head;
import perseus.model.TokenEmbedding;
import perseus.model.TransformerBlock;
import perseus.model.TransformerBlock.Variant;
import perseus.parallel.TensorGroup;

/** Makes a stage's layers from their descriptions. */
final class LayerFactory {
  private final StageSpec spec;
  private final TensorGroup group;
  private final StageParameters parameters;
  private final NDManager manager;
  private final T5Layers t5;
  private final ResNetLayers resNet;
  private NDArray alibi;

  /**
   * A factory for one stage.
   *
   * @param manager owns constants that layers share, as long as the stage
   */
  LayerFactory(StageSpec spec, TensorGroup group, StageParameters parameters, NDManager manager) {
    this.spec = spec;
    this.group = group;
    this.parameters = parameters;
    this.manager = manager;
    t5 = new T5Layers(parameters, manager, spec.batch().sequenceLength());
    resNet = new ResNetLayers(parameters);
  }

  List<TensorLayer> layers() {
    return spec.layers().stream().map(this::layer).toList();
  }

  private TensorLayer layer(Layer layer) {
    if (layer instanceof TokenEmbedding embedding) {
      return GptLayers.of(embedding, parameters);
    }
    if (layer instanceof PositionEmbedding embedding) {
      return GptLayers.of(embedding, parameters);
    }
    if (layer instanceof CausalHead head) {
      return GptLayers.of(head, parameters);
    }
    if (layer instanceof BertEmbedding embedding) {
      return BertLayers.of(embedding, parameters);
    }
    if (layer instanceof MaskedHead head) {
      return BertLayers.of(head, parameters);
    }
    if (layer instanceof TransformerBlock block) {
      return new TransformerLayer(
          block, parameters, block.variant() == Variant.BLOOM ? this::alibi : null);
    }
    if (layer instanceof T5Embedding embedding) {
      return t5.of(embedding);
    }
    if (layer instanceof T5EncoderBlock block) {
      return t5.of(block);
    }
    if (layer instanceof T5DecoderAttention attention) {
      return t5.of(attention);
    }
    if (layer instanceof T5DecoderFeedForward feedForward) {
      return t5.of(feedForward);
    }
    if (layer instanceof T5Head head) {
      return t5.of(head);
    }
    if (layer instanceof ResNetStem stem) {
      return resNet.of(stem);
    }
    if (layer instanceof Bottleneck bottleneck) {
      return resNet.of(bottleneck);
    }
    throw new IllegalArgumentException("No tensors for " + layer);
  }

  /** The biases of this rank's heads, one tensor for all blocks, made when first needed. */
  private NDArray alibi(int heads) {
    if (alibi == null) {
      int local = heads / group.size();
      int tokens = spec.batch().sequenceLength();
      alibi = Alibi.bias(manager, heads, group.index() * local, local, tokens);
    }
    return alibi;
  }
}
