package perseus.model.t5;

import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;
import perseus.model.transformer.TokenEmbedding;

/**
 * The widths that all layers of a T5 share, and the counts that its halves have in common.
 *
 * @param vocabulary number of tokens
 * @param hidden width of a token's vector
 * @param heads attention heads
 * @param headWidth width of a head; T5 chooses it independently of {@code hidden}
 * @param feedForward width between the two linears of the feed-forward network
 */
public record T5Shape(int vocabulary, int hidden, int heads, int headWidth, int feedForward) {
  private static final int RELATIVE_BUCKETS = 32;

  /** Square, mean, scale by the root, scale by the weight: an element-wise kernel each. */
  private static final double RMS_NORM_FORWARD = 7;

  /** The gradients of those, and the reductions to the scale's and the weight's. */
  private static final double RMS_NORM_BACKWARD = 18;

  int headsWidth() {
    return heads * headWidth;
  }

  Parameter table() {
    return TokenEmbedding.table(vocabulary, hidden);
  }

  Parameter norm(String name) {
    return Parameter.whole(name + ".norm.weight", hidden);
  }

  /** A bias per distance and head, one for all attentions of a stack. */
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

  Map<String, Integer> tensorParallelDimensions() {
    return Map.of("attention heads", heads, "feed-forward units", feedForward);
  }

  /** Self- or cross-attention: both sequences are equally long. */
  void tallyAttention(WorkTally tally, Batch batch) {
    double headVectors = batch.elementsPerGpu(headsWidth());
    tally
        .matmul(3 * headVectors, hidden)
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, hidden)
        .passes(headVectors, 4 * WorkTally.MAP, 4 * WorkTally.MAP)
        // Position bias and mask are added in place; their gradient accumulates over the blocks.
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

  void tallyFeedForward(WorkTally tally, Batch batch) {
    double wide = batch.elementsPerGpu(feedForward);
    tally
        .matmul(wide, hidden)
        .matmul(wide, hidden)
        // ReLU and dropout.
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

  /** The encoder's stream, with the decoder's tokens that wait for the decoder. */
  double encoderBytes(Batch batch) {
    return Layer.FLOAT_BYTES * batch.elements(hidden) + Layer.TOKEN_BYTES * batch.tokens();
  }

  /** The decoder's stream, with the encoder's output that every decoder block attends to. */
  double decoderBytes(Batch batch) {
    return 2 * Layer.FLOAT_BYTES * batch.elements(hidden);
  }
}
