package perseus.model.transformer;

import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes a transformer block of GPT-3, Bloom or BERT: self-attention and a feed-forward network.
 * Each of the two halves of a transformer block has a layer normalization, dropout and a residual
 * sum.
 *
 * <p>Tensor parallelism splits the first linear layer of attention and of the feed-forward network
 * by columns, and the second by rows, as in Megatron-LM.
 *
 * @param number index of the transformer block in the model, counted from 0
 * @param variant architecture of the model, which determines the GPU kernels of the block
 * @param hidden number of elements of the vector that represents a token
 * @param heads number of attention heads of the self-attention
 * @param feedForward number of elements per token between the two linear layers of the feed-forward
 *     network
 */
public record TransformerBlock(int number, Variant variant, int hidden, int heads, int feedForward)
    implements Layer {

  /**
   * Holds the number of passes (reads or writes of a whole tensor) of the GPU kernels that differ
   * between architectures. The arguments {@code scoreForward} and {@code scoreBackward} count the
   * reads and writes of all attention scores. The arguments {@code activationForward} and {@code
   * activationBackward} count the reads and writes of the activation function in the feed-forward
   * network.
   */
  public enum Variant {
    /**
     * The block of GPT-3 (architecture of GPT-2) is causal and has pre-norm (layer normalization
     * before each half). In GPT-3, the GPU kernels on the attention scores are division, causal
     * mask, softmax and dropout. In GPT-3, GELU in its tanh form has eight GPU kernels: cube,
     * scale, add, scale, tanh, add one, halve, multiply. In GPT-3, the backward of GELU has one GPU
     * kernel for each forward kernel, and further kernels that add gradients.
     */
    GPT2(8.25, 9.25, 18, 28),

    /**
     * The block of BERT has post-norm (layer normalization after each half). In BERT, the GPU
     * kernels on the attention scores are division, padding mask, softmax and dropout. In BERT, the
     * activation function GELU is one GPU kernel.
     */
    BERT(8.25, 7.25, 2, 3),

    /**
     * The block of Bloom is causal and has pre-norm (layer normalization before each half). In
     * Bloom, the GPU kernels on the attention scores are initialization with ALiBi biases, masked
     * copy, softmax and dropout. In Bloom, GELU in its tanh form has nine GPU kernels in the
     * forward and eighteen in the backward.
     */
    BLOOM(8.25, 8.25, 21, 44);

    private final double scoreForward;
    private final double scoreBackward;
    private final double activationForward;
    private final double activationBackward;

    Variant(
        double scoreForward,
        double scoreBackward,
        double activationForward,
        double activationBackward) {
      this.scoreForward = scoreForward;
      this.scoreBackward = scoreBackward;
      this.activationForward = activationForward;
      this.activationBackward = activationBackward;
    }
  }

  @Override
  public String name() {
    return "block " + number;
  }

  @Override
  public boolean isBlock() {
    return true;
  }

  @Override
  public Map<String, Integer> tensorParallelDimensions() {
    return Map.of("attention heads", heads, "feed-forward units", feedForward);
  }

  @Override
  public List<Parameter> parameters() {
    String prefix = "block" + number + ".";
    return List.of(
        Parameter.whole(prefix + "attention.norm.weight", hidden),
        Parameter.whole(prefix + "attention.norm.bias", hidden),
        Parameter.split(prefix + "attention.qkv.weight", 0, 3 * hidden, hidden),
        Parameter.split(prefix + "attention.qkv.bias", 0, 3 * hidden),
        Parameter.split(prefix + "attention.output.weight", 1, hidden, hidden),
        Parameter.whole(prefix + "attention.output.bias", hidden),
        Parameter.whole(prefix + "feedforward.norm.weight", hidden),
        Parameter.whole(prefix + "feedforward.norm.bias", hidden),
        Parameter.split(prefix + "feedforward.up.weight", 0, feedForward, hidden),
        Parameter.split(prefix + "feedforward.up.bias", 0, feedForward),
        Parameter.split(prefix + "feedforward.down.weight", 1, hidden, feedForward),
        Parameter.whole(prefix + "feedforward.down.bias", hidden));
  }

  @Override
  public LayerWork work(Batch batch) {
    double vectors = batch.elements(hidden);
    double headVectors = batch.elementsPerGpu(hidden);
    double wide = batch.elementsPerGpu(feedForward);
    double scores = batch.scoresPerGpu(heads);
    return new WorkTally()
        .matmul(3 * headVectors, hidden)
        // This product multiplies the attention probabilities by the values.
        .matmul(headVectors, batch.sequenceLength())
        // This product multiplies the queries by the keys.
        .matmul(headVectors, batch.sequenceLength())
        .matmul(headVectors, hidden)
        .matmul(wide, hidden)
        .matmul(wide, hidden)
        // Each half of the transformer block has a normalization, dropout and a residual sum. The
        // backwards of attention and of the feed-forward network also compute the gradient of a
        // bias, which is a sum over an output gradient.
        .passes(
            vectors,
            2 * (WorkTally.LAYER_NORM_FORWARD + WorkTally.DROPOUT + WorkTally.ADD),
            2
                * (WorkTally.LAYER_NORM_BACKWARD
                    + WorkTally.DROPOUT
                    + WorkTally.ADD
                    + WorkTally.BIAS_BACKWARD))
        // Queries, keys, values and the result are copied between a memory order by tokens and a
        // memory order by attention heads.
        .passes(headVectors, 4 * WorkTally.MAP, 4 * WorkTally.MAP + 3 * WorkTally.BIAS_BACKWARD)
        .passes(scores, variant.scoreForward, variant.scoreBackward)
        .passes(scores, WorkTally.SCORE_PRODUCTS_FORWARD, WorkTally.SCORE_PRODUCTS_BACKWARD)
        .passes(
            wide, variant.activationForward, variant.activationBackward + WorkTally.BIAS_BACKWARD)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }
}
