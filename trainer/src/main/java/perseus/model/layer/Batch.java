package perseus.model.layer;

/**
 * The shape of a microbatch as the GPUs of one tensor-parallel group see it.
 *
 * @param microbatchSize samples in a microbatch
 * @param sequenceLength tokens in a sample (in an encoder-decoder model, in each of its two
 *     sequences); image models take their size from the stem instead
 * @param tensorParallelism number of GPUs that share each layer
 */
public record Batch(int microbatchSize, int sequenceLength, int tensorParallelism) {
  /** Tokens in a microbatch. */
  public double tokens() {
    return (double) microbatchSize * sequenceLength;
  }

  /** Elements of a tensor that is as wide as given for every token. */
  public double elements(int width) {
    return tokens() * width;
  }

  /** As {@link #elements}, for a tensor whose width tensor parallelism divides. */
  public double elementsPerGpu(int width) {
    return elements(width) / tensorParallelism;
  }

  /** Elements of a square attention score matrix per sample and head, heads divided. */
  public double scoresPerGpu(int heads) {
    return tokens() * sequenceLength * heads / tensorParallelism;
  }
}
