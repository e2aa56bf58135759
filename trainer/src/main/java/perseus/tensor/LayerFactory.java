package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
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
import perseus.model.transformer.TransformerBlock.Variant;
import perseus.tensor.layers.Alibi;
import perseus.tensor.layers.BertLayers;
import perseus.tensor.layers.GptLayers;
import perseus.tensor.layers.ResNetLayers;
import perseus.tensor.layers.T5Layers;
import perseus.tensor.layers.TensorLayer;
import perseus.tensor.layers.TransformerLayer;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.transport.TensorGroup;

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
