package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntFunction;
import perseus.model.transformer.TransformerBlock;
import perseus.model.transformer.TransformerBlock.Variant;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.StageParameters;

/**
 * Runs a transformer block of GPT-3, Bloom or BERT, which consists of self-attention and a
 * feed-forward network.
 *
 * <p>In the self-attention, one weight matrix computes queries, keys and values. The rows of the
 * weight matrix for queries, keys and values are ordered by attention head. For each attention
 * head, the weight matrix contains the rows for the queries, then for the keys, and then for the
 * values. Each tensor-parallel rank holds a contiguous block of rows of the weight matrix, which
 * contains all rows of some attention heads.
 */
public final class TransformerLayer implements TensorLayer {
  private final Variant variant;
  private final int headWidth;
  private final Norm attentionNorm;
  private final Linear qkv;
  private final Linear output;
  private final Norm feedForwardNorm;
  private final Linear up;
  private final Linear down;

  private final int heads;
  private final IntFunction<NDArray> alibi;

  /**
   * Creates a transformer block that uses the given parameters.
   *
   * @param alibi function that receives the number of attention heads of the whole model. The
   *     function {@code alibi} returns the ALiBi biases of this rank's heads, a tensor of the shape
   *     (1, this rank's heads, tokens, tokens). The block calls {@code alibi} only for the model
   *     family Bloom.
   */
  public TransformerLayer(
      TransformerBlock block, StageParameters parameters, IntFunction<NDArray> alibi) {
    this.alibi = alibi;
    heads = block.heads();
    variant = block.variant();
    headWidth = block.hidden() / block.heads();
    String prefix = "block" + block.number() + ".";
    attentionNorm = norm(parameters, prefix + "attention.norm");
    qkv = Linear.of(parameters, prefix + "attention.qkv");
    output = Linear.of(parameters, prefix + "attention.output");
    feedForwardNorm = norm(parameters, prefix + "feedforward.norm");
    up = Linear.of(parameters, prefix + "feedforward.up");
    down = Linear.of(parameters, prefix + "feedforward.down");
  }

  private Norm norm(StageParameters parameters, String name) {
    return variant == Variant.BERT ? Norm.ofBert(parameters, name) : Norm.of(parameters, name);
  }

  @Override
  public NDList forward(Tape tape, NDList activations, NDList data) {
    NDArray x = activations.get(0);
    if (variant == Variant.BERT) {
      NDArray y = attentionNorm.apply(tape, tape.add(x, attend(tape, tape.copyToGroup(x))));
      NDArray z = tape.add(y, feedForward(tape, tape.copyToGroup(y)));
      return new NDList(feedForwardNorm.apply(tape, z));
    }
    NDArray y = tape.add(x, attend(tape, tape.copyToGroup(attentionNorm.apply(tape, x))));
    NDArray z = feedForward(tape, tape.copyToGroup(feedForwardNorm.apply(tape, y)));
    return new NDList(tape.add(y, z));
  }

  private NDArray attend(Tape tape, NDArray x) {
    Shape shape = x.getShape();
    NDArray projected = qkv.apply(tape, x);
    long localHeads = projected.getShape().get(2) / (3L * headWidth);
    NDArray vectors = projected.reshape(shape.get(0), shape.get(1), localHeads, 3, headWidth);
    NDArray attended =
        switch (variant) {
          case GPT2 -> tape.call("causal_attention", vectors);
          case BERT -> tape.call("attention", vectors);
          case BLOOM -> tape.call("biased_attention", vectors, alibi.apply(heads));
        };
    NDArray merged = attended.reshape(shape.get(0), shape.get(1), localHeads * headWidth);
    return output.applyToParts(tape, tape.cut(merged));
  }

  private NDArray feedForward(Tape tape, NDArray x) {
    Gelu gelu = variant == Variant.BERT ? Gelu.EXACT : Gelu.TANH;
    return down.applyToParts(tape, gelu.apply(tape, up.apply(tape, x)));
  }
}
