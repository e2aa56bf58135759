package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import perseus.model.t5.T5Shape;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Computes an attention layer of T5, which consists of a normalization, attention with four linear
 * layers without bias, and a residual sum. T5 does not scale the attention scores by the root of
 * the head's width.
 */
final class T5Attention {
  private final int headWidth;
  private final RmsNorm norm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /** Creates an attention layer whose parameters have names that start with {@code name}. */
  T5Attention(String name, T5Shape shape, StageParameters parameters) {
    headWidth = shape.headWidth();
    norm = RmsNorm.of(parameters, name);
    query = Linear.withoutBias(parameters, name + ".query");
    key = Linear.withoutBias(parameters, name + ".key");
    value = Linear.withoutBias(parameters, name + ".value");
    output = Linear.withoutBias(parameters, name + ".output");
  }

  /**
   * Computes self-attention of the encoder or of the decoder, and adds the result to the input
   * {@code x}.
   *
   * @param x input tensor of the shape (samples, tokens, hidden), which must be a leaf (start of an
   *     autograd graph) of the tape
   * @param positions relative position biases that all self-attentions of the encoder, or of the
   *     decoder, share
   * @return output tensor of the shape (samples, tokens, hidden)
   */
  NDArray attendToSelf(Tape tape, NDArray x, Positions positions) {
    NDArray normalized = tape.copyToGroup(norm.apply(tape, x));
    NDArray attended =
        tape.call(
            "relative_attention",
            heads(query.apply(tape, normalized)),
            heads(key.apply(tape, normalized)),
            heads(value.apply(tape, normalized)),
            positions.table.value(),
            positions.buckets,
            positions.mask);
    return tape.add(x, merge(tape, attended));
  }

  /**
   * Computes attention from the decoder to the encoder's output, and adds the result to the input
   * {@code x}.
   *
   * @param x input tensor of the shape (samples, tokens, hidden), which must be a leaf (start of an
   *     autograd graph) of the tape
   * @param encoded output of the encoder, of the shape (samples, tokens, hidden), which must be a
   *     leaf (start of an autograd graph) of the tape
   * @return output tensor of the shape (samples, tokens, hidden)
   */
  NDArray attendTo(Tape tape, NDArray x, NDArray encoded) {
    NDArray normalized = tape.copyToGroup(norm.apply(tape, x));
    NDArray source = tape.copyToGroup(encoded);
    NDArray attended =
        tape.call(
            "unscaled_attention",
            heads(query.apply(tape, normalized)),
            heads(key.apply(tape, source)),
            heads(value.apply(tape, source)));
    return tape.add(x, merge(tape, attended));
  }

  private NDArray heads(NDArray projected) {
    Shape shape = projected.getShape();
    return projected.reshape(shape.get(0), shape.get(1), shape.get(2) / headWidth, headWidth);
  }

  private NDArray merge(Tape tape, NDArray attended) {
    Shape shape = attended.getShape();
    NDArray merged = attended.reshape(shape.get(0), shape.get(1), shape.get(2) * headWidth);
    return output.applyToParts(tape, tape.cut(merged));
  }

  /**
   * Holds the relative position biases that all self-attentions of the encoder, or of the decoder,
   * share.
   *
   * @param table bias of each bucket (range of distances) and attention head, of the shape
   *     (buckets, this rank's heads)
   * @param buckets index of the bucket (range of distances) of each query and key, an int64 tensor
   *     of the shape (queries, keys)
   * @param mask mask that is added to the attention scores, of the shape (queries, keys)
   */
  record Positions(LocalParameter table, NDArray buckets, NDArray mask) {}
}
