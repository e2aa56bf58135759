package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import perseus.model.t5.T5DecoderAttention;
import perseus.model.t5.T5DecoderFeedForward;
import perseus.model.t5.T5Embedding;
import perseus.model.t5.T5EncoderBlock;
import perseus.model.t5.T5Head;
import perseus.tensor.layers.T5Attention.Positions;
import perseus.tensor.parameter.StageParameters;

/**
 * Creates the layers of T5. The training data of a microbatch for T5 are three tensors: tokens of
 * the encoder, tokens of the decoder, and labels. Each encoder layer returns one tensor, its own
 * output. Each decoder layer returns its own output and the encoder's output, because later decoder
 * layers need the encoder's output.
 */
public final class T5Layers {
  private final StageParameters parameters;
  private final NDManager manager;
  private final int tokens;
  private Positions encoderPositions;
  private Positions decoderPositions;

  /**
   * Creates a factory for the T5 layers of one pipeline stage.
   *
   * @param manager owner of the constant tensors that several layers share; the manager must stay
   *     open while the stage is used
   * @param tokens number of tokens in a sequence
   */
  public T5Layers(StageParameters parameters, NDManager manager, int tokens) {
    this.parameters = parameters;
    this.manager = manager;
    this.tokens = tokens;
  }

  /** Creates the first layer of T5, which looks up the vectors of the encoder's tokens. */
  public TensorLayer of(T5Embedding layer) {
    VocabularyTable table = VocabularyTable.of(parameters);
    return (tape, activations, data) -> new NDList(table.embed(tape, data.get(0)));
  }

  /**
   * Creates an encoder block of T5, which consists of self-attention and a feed-forward network.
   */
  public TensorLayer of(T5EncoderBlock layer) {
    String prefix = "encoder" + layer.number();
    T5Attention attention = new T5Attention(prefix + ".attention", layer.shape(), parameters);
    TensorLayer feedForward = feedForward(prefix + ".feedforward");
    RmsNorm last = layer.last() ? RmsNorm.of(parameters, "encoder.final") : null;
    if (encoderPositions == null) {
      encoderPositions = positions("encoder", true);
    }
    Positions positions = encoderPositions;
    return (tape, activations, data) -> {
      NDArray x = attention.attendToSelf(tape, activations.get(0), positions);
      NDList y = feedForward.forward(tape, new NDList(x), data);
      return last == null ? y : new NDList(last.apply(tape, y.get(0)));
    };
  }

  /**
   * Creates the first half of a decoder block of T5, which computes self-attention and attention to
   * the encoder's output.
   */
  public TensorLayer of(T5DecoderAttention layer) {
    String prefix = "decoder" + layer.number();
    VocabularyTable table = layer.number() == 0 ? VocabularyTable.of(parameters) : null;
    T5Attention self = new T5Attention(prefix + ".attention", layer.shape(), parameters);
    T5Attention cross = new T5Attention(prefix + ".cross_attention", layer.shape(), parameters);
    if (decoderPositions == null) {
      decoderPositions = positions("decoder", false);
    }
    Positions positions = decoderPositions;
    return (tape, activations, data) -> {
      NDArray x = table == null ? activations.get(0) : table.embed(tape, data.get(1));
      NDArray encoded = activations.get(table == null ? 1 : 0);
      NDArray y = self.attendToSelf(tape, x, positions);
      return new NDList(cross.attendTo(tape, y, encoded), encoded);
    };
  }

  /** Creates the second half of a decoder block of T5, which is a feed-forward network. */
  public TensorLayer of(T5DecoderFeedForward layer) {
    TensorLayer feedForward = feedForward("decoder" + layer.number() + ".feedforward");
    return (tape, activations, data) -> {
      NDList y = feedForward.forward(tape, activations, data);
      return new NDList(y.get(0), activations.get(1));
    };
  }

  /**
   * Creates the last layer of T5, which applies a normalization and computes the logits and the
   * loss.
   */
  public TensorLayer of(T5Head layer) {
    RmsNorm norm = RmsNorm.of(parameters, "decoder.final");
    VocabularyTable table = VocabularyTable.of(parameters);
    // The stage owns the scale as a tensor, because the backward needs the scale. For a plain
    // number, mul() would create a tensor that DJL frees before the backward.
    NDArray scale = manager.create((float) Math.pow(layer.shape().hidden(), -0.5));
    return (tape, activations, data) -> {
      NDArray x = tape.copyToGroup(norm.apply(tape, activations.get(0)).mul(scale));
      return new NDList(table.crossEntropy(tape, x, null, data.get(2)));
    };
  }

  /**
   * Creates a feed-forward network with normalization and a residual sum. If the previous layer
   * returns several tensors, the feed-forward network uses only the first tensor.
   */
  private TensorLayer feedForward(String name) {
    RmsNorm norm = RmsNorm.of(parameters, name);
    Linear up = Linear.withoutBias(parameters, name + ".up");
    Linear down = Linear.withoutBias(parameters, name + ".down");
    return (tape, activations, data) -> {
      NDArray x = activations.get(0);
      NDArray wide = up.apply(tape, tape.copyToGroup(norm.apply(tape, x)));
      NDArray active = tape.cut(tape.call("relu", wide));
      return new NDList(tape.add(x, down.applyToParts(tape, active)));
    };
  }

  private Positions positions(String stack, boolean bidirectional) {
    return new Positions(
        parameters.get(stack + ".relative_bias.weight"),
        RelativePositions.buckets(manager, tokens, bidirectional),
        RelativePositions.mask(manager, tokens, !bidirectional));
  }
}
