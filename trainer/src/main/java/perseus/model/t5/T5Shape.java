package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;
import perseus.model.transformer.TokenEmbedding;

/**
 * The widths of a T5 model, and the parameters, work and output shapes that several of its layers
 * have in common.
 *
 * @param vocabulary number of tokens
 * @param hidden width of a token's vector
 * @param heads attention heads
 * @param headWidth width of an attention head; T5 chooses it independently of {@code hidden}
 * @param feedForward width between the two linear layers of the feed-forward network
 */
public record T5Shape(int vocabulary, int hidden, int heads, int headWidth, int feedForward) {
  private static final int RELATIVE_BUCKETS = 32;

  /** Passes of one kernel each for square, mean, division by the root, and weight. */
  private static final double RMS_NORM_FORWARD = 7;

  /** Passes of the gradients of these kernels, with the reductions for the root and the weight. */
  private static final double RMS_NORM_BACKWARD = 18;

  /** Width of all attention heads together. */
  int headsWidth() {
    return heads * headWidth;
  }

  /** The token vectors, which encoder, decoder and head share. */
  Parameter table() {
    return TokenEmbedding.table(vocabulary, hidden);
  }

  Parameter norm(String name) {
    return Parameter.whole(name + ".norm.weight", hidden);
  }

  /**
   * The relative position biases, one per distance bucket and head, which all self-attentions of
   * the encoder or of the decoder share.
   *
   * @param stack {@code encoder} or {@code decoder}
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

  /** Counts self-attention or cross-attention; both sequences have the same length. */
  void tallyAttention(WorkTally tally, Batch batch) {
    double headVectors = batch.elementsPerGpu(headsWidth());
    tally
        .matmul(3 * headVectors, hidden)
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, hidden)
        .passes(headVectors, 4 * WorkTally.MAP, 4 * WorkTally.MAP)
        // Position bias and mask are added in place; the bias's gradient sums over the blocks.
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

  /** Counts a feed-forward network with its normalization and residual sum. */
  void tallyFeedForward(WorkTally tally, Batch batch) {
    double wide = batch.elementsPerGpu(feedForward);
    tally
        .matmul(wide, hidden)
        .matmul(wide, hidden)
        // ReLU and dropout.
        .passes(wide, WorkTally.MAP + WorkTally.DROPOUT, WorkTally.ADD + WorkTally.DROPOUT);
    tallyResidual(tally, batch);
  }

  /** Counts a normalization by the root mean square. */
  void tallyNorm(WorkTally tally, Batch batch) {
    tally.passes(batch.elements(hidden), RMS_NORM_FORWARD, RMS_NORM_BACKWARD);
  }

  private void tallyResidual(WorkTally tally, Batch batch) {
    tallyNorm(tally, batch);
    double passes = WorkTally.DROPOUT + WorkTally.ADD;
    tally.passes(batch.elements(hidden), passes, passes);
  }

  /** Output of a layer of the encoder: a vector per token. */
  List<long[]> encoderShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }

  /**
   * Output of a layer of the decoder: a vector per token, and the encoder's output, to which later
   * decoder blocks attend.
   */
  List<long[]> decoderShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden), batch.vectorShape(hidden));
  }

  /**
   * Bytes that a stage of the encoder sends to the next stage. They include the decoder's tokens,
   * because in the simulation only the first stage loads tokens.
   */
  double encoderBytes(Batch batch) {
    return Layer.FLOAT_BYTES * batch.elements(hidden) + Layer.TOKEN_BYTES * batch.tokens();
  }
}
