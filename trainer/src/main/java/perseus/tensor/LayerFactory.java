package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.io.UserError;
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
import perseus.tensor.autograd.Kernels;
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

/**
 * Creates a {@link TensorLayer}, which computes on tensors, for each layer description ({@link
 * Layer}) of one stage. The constructor of this class registers all kinds of layers. To support a
 * new kind of layer, add one line to the constructor of {@code LayerFactory}.
 */
final class LayerFactory {
  private final StageSpec spec;
  private final TensorGroup group;
  private final NDManager manager;
  private final Kernels kernels;
  private final Map<Class<? extends Layer>, Function<Layer, TensorLayer>> makers = new HashMap<>();
  private NDArray alibi;

  /**
   * Creates a factory that creates the layers of one pipeline stage.
   *
   * @param group the tensor-parallel ranks that share the stage's layers
   * @param parameters values and gradients of the parameters of the stage's layers
   * @param manager owner of the constant tensors that several layers share; the manager must stay
   *     open while the stage is used
   * @param kernels operations that convert constant tensors to the number type (such as bfloat16)
   *     of the matrix products
   */
  LayerFactory(
      StageSpec spec,
      TensorGroup group,
      StageParameters parameters,
      NDManager manager,
      Kernels kernels) {
    this.spec = spec;
    this.kernels = kernels;
    this.group = group;
    this.manager = manager;
    T5Layers t5 = new T5Layers(parameters, manager, spec.batch().sequenceLength());
    ResNetLayers resNet = new ResNetLayers(parameters, spec.precision());
    register(TokenEmbedding.class, layer -> GptLayers.of(layer, parameters));
    register(PositionEmbedding.class, layer -> GptLayers.of(layer, parameters));
    register(CausalHead.class, layer -> GptLayers.of(layer, parameters));
    register(BertEmbedding.class, layer -> BertLayers.of(layer, parameters));
    register(MaskedHead.class, layer -> BertLayers.of(layer, parameters));
    register(TransformerBlock.class, block -> new TransformerLayer(block, parameters, this::alibi));
    register(T5Embedding.class, t5::of);
    register(T5EncoderBlock.class, t5::of);
    register(T5DecoderAttention.class, t5::of);
    register(T5DecoderFeedForward.class, t5::of);
    register(T5Head.class, t5::of);
    register(ResNetStem.class, resNet::of);
    register(Bottleneck.class, resNet::of);
  }

  private <L extends Layer> void register(Class<L> kind, Function<L, TensorLayer> maker) {
    makers.put(kind, layer -> maker.apply(kind.cast(layer)));
  }

  /**
   * Creates the layers of the pipeline stage, in the order of the model.
   *
   * @throws UserError if the stage has a layer of a kind that this class does not support
   */
  List<TensorLayer> layers() {
    return spec.layers().stream().map(this::layer).toList();
  }

  private TensorLayer layer(Layer layer) {
    Function<Layer, TensorLayer> maker = makers.get(layer.getClass());
    if (maker == null) {
      throw new UserError(
          "The layer '%s' cannot be trained on tensors, because its class %s is none of this project. Simulate it on the virtual engine."
              .formatted(layer.name(), layer.getClass().getName()));
    }
    return maker.apply(layer);
  }

  /**
   * Returns the ALiBi biases (biases of attention scores) of this rank's attention heads. All
   * transformer blocks of a stage share one tensor with ALiBi biases, which the first call creates.
   */
  private NDArray alibi(int heads) {
    if (alibi == null) {
      int local = heads / group.size();
      int tokens = spec.batch().sequenceLength();
      NDArray bias = Alibi.bias(manager, heads, group.index() * local, local, tokens);
      alibi = spec.precision().convert(kernels, bias);
      if (alibi != bias) {
        bias.close();
      }
    }
    return alibi;
  }
}
