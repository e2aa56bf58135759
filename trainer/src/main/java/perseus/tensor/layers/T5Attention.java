package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import perseus.model.t5.T5Shape;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * T5's attention: a normalization, four linear layers without bias, and a residual sum. Scores are
 * not scaled.
 */
final class T5Attention {
  private final int headWidth;
  private final RmsNorm norm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /** The attention whose parameters' names start with {@code name}. */
  T5Attention(String name, T5Shape shape, StageParameters parameters) {
    headWidth = shape.headWidth();
    norm = RmsNorm.of(parameters, name);
    query = Linear.withoutBias(parameters, name + ".query");
    key = Linear.withoutBias(parameters, name + ".key");
    value = Linear.withoutBias(parameters, name + ".value");
    output = Linear.withoutBias(parameters, name + ".output");
  }

  /**
   * Computes self-attention and the residual sum.
   *
   * @param x (samples, tokens, hidden), a cut
   * @param positions relative position biases of the encoder or decoder
   * @return (samples, tokens, hidden)
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
    return x.add(merge(tape, attended));
  }

  /**
   * Computes attention of the decoder to the encoder's output, and the residual sum.
   *
   * @param x (samples, tokens, hidden), a cut
   * @param encoded output of the encoder (samples, tokens, hidden), a cut
   * @return (samples, tokens, hidden)
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
    return x.add(merge(tape, attended));
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
   * The relative position biases of all self-attentions of the encoder or of the decoder.
   *
   * @param table bias of each bucket and head (buckets, this rank's heads)
   * @param buckets bucket of each pair of tokens, int64 (queries, keys)
   * @param mask summand of the scores (queries, keys)
   */
  record Positions(LocalParameter table, NDArray buckets, NDArray mask) {}
}
