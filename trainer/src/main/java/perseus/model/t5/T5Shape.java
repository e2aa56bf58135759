package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;
import perseus.model.transformer.TokenEmbedding;

/**
 * Holds the widths of a T5 model (vocabulary, token vectors, heads, feed-forward network). Computes
 * the parameters, work and output shapes that several layers of T5 share.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param hidden number of elements of the vector that represents a token
 * @param heads number of attention heads in each attention layer
 * @param headWidth number of elements of an attention head, which is independent of {@code hidden}
 *     in T5
 * @param feedForward number of elements per token between the two linear layers of the feed-forward
 *     network
 */
public record T5Shape(int vocabulary, int hidden, int heads, int headWidth, int feedForward) {
  private static final int RELATIVE_BUCKETS = 32;

  /**
   * A normalization by the root mean square (RMS) makes 7 passes (reads or writes of a whole
   * tensor). An RMS normalization has four GPU kernels on the whole tensor: square, mean, division
   * by the root, and multiplication by the weight.
   */
  private static final double RMS_NORM_FORWARD = 7;

  /**
   * The backward of an RMS normalization makes 18 passes (reads or writes of a whole tensor). The
   * 18 passes include the sums for the gradients of the weight and of the root mean square.
   */
  private static final double RMS_NORM_BACKWARD = 18;

  /** Returns the number of elements that all attention heads together have for one token. */
  int headsWidth() {
    return heads * headWidth;
  }

  /** Returns the table of token vectors, which the encoder, the decoder and the head share. */
  Parameter table() {
    return TokenEmbedding.table(vocabulary, hidden);
  }

  Parameter norm(String name) {
    return Parameter.whole(name + ".norm.weight", hidden);
  }

  /**
   * Returns the parameter with the relative position biases of the encoder or of the decoder. The
   * parameter with the position biases has one bias for each attention head and each bucket (range
   * of distances between two tokens). All self-attentions of the encoder share one parameter with
   * position biases, and all self-attentions of the decoder share another one.
   *
   * @param stack {@code encoder} or {@code decoder}: the half of the model whose self-attentions
   *     share the parameter
   */
  Parameter relativeBias(String stack) {
    return Parameter.split(stack + ".relative_bias.weight", 1, RELATIVE_BUCKETS, heads);
  }

  List<Parameter> attention(String name) {
    return List.of(
        norm(name),
        Parameter.split(name + ".query.weight", 0, headsWidth(), hidden),
        Parameter.split(name + ".key.weight", 0, headsWidth(), hidden),
        Parameter.split(name + ".value.weight", 0, headsWidth(), hidden),
        Parameter.split(name + ".output.weight", 1, hidden, headsWidth()));
  }

  List<Parameter> feedForward(String name) {
    return List.of(
        norm(name),
        Parameter.split(name + ".up.weight", 0, feedForward, hidden),
        Parameter.split(name + ".down.weight", 1, hidden, feedForward));
  }

  /**
   * Counts the work of a self-attention or a cross-attention with its normalization and residual
   * sum. In T5, the sequences of the encoder and of the decoder have the same length.
   */
  void tallyAttention(WorkTally tally, Batch batch) {
    double headVectors = batch.elementsPerGpu(headsWidth());
    tally
        .matmul(3 * headVectors, hidden)
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, hidden)
        .passes(headVectors, 4 * WorkTally.MAP, 4 * WorkTally.MAP)
        // The position bias and the mask are added to the attention scores in place. The backward
        // adds the gradient of the position bias to a sum over all blocks.
        .passes(
            batch.scoresPerGpu(heads),
            WorkTally.ADD
                + WorkTally.SOFTMAX_FORWARD
                + WorkTally.DROPOUT
                + WorkTally.SCORE_PRODUCTS_FORWARD,
            WorkTally.ADD
                + WorkTally.SOFTMAX_BACKWARD
                + WorkTally.DROPOUT
                + WorkTally.SCORE_PRODUCTS_BACKWARD);
    tallyResidual(tally, batch);
  }

  /** Counts the work of a feed-forward network with its normalization and residual sum. */
  void tallyFeedForward(WorkTally tally, Batch batch) {
    double wide = batch.elementsPerGpu(feedForward);
    tally
        .matmul(wide, hidden)
        .matmul(wide, hidden)
        // Counts ReLU and dropout between the two linear layers.
        .passes(wide, WorkTally.MAP + WorkTally.DROPOUT, WorkTally.ADD + WorkTally.DROPOUT);
    tallyResidual(tally, batch);
  }

  void tallyNorm(WorkTally tally, Batch batch) {
    tally.passes(batch.elements(hidden), RMS_NORM_FORWARD, RMS_NORM_BACKWARD);
  }

  private void tallyResidual(WorkTally tally, Batch batch) {
    tallyNorm(tally, batch);
    double passes = WorkTally.DROPOUT + WorkTally.ADD;
    tally.passes(batch.elements(hidden), passes, passes);
  }

  /** Returns the output shapes of an encoder layer: one tensor with a vector for each token. */
  List<long[]> encoderShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }

  /**
   * Returns the output shapes of a decoder layer. The outputs are a vector for each token, and the
   * encoder's output, which later decoder blocks need for cross-attention.
   */
  List<long[]> decoderShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden), batch.vectorShape(hidden));
  }

  /**
   * Returns the number of bytes per microbatch that an encoder stage sends to the next stage. The
   * encoder stages also send the decoder's tokens, because in the simulation only the first stage
   * loads tokens.
   */
  double encoderBytes(Batch batch) {
    return Layer.FLOAT_BYTES * batch.elements(hidden) + Layer.TOKEN_BYTES * batch.tokens();
  }
}
