package perseus.model.layer;

/**
 * Describes the shape of one microbatch and the number of tensor-parallel GPUs that process it.
 *
 * @param microbatchSize number of samples in a microbatch
 * @param sequenceLength number of tokens in a sample. In an encoder-decoder model, a sample has two
 *     sequences of {@code sequenceLength} tokens each. Image models ignore {@code sequenceLength},
 *     because their first layer defines the image size.
 * @param tensorParallelism number of GPUs that share each layer (tensor-parallel degree)
 */
public record Batch(int microbatchSize, int sequenceLength, int tensorParallelism) {
  /** Returns the number of tokens in a microbatch: samples x tokens per sample. */
  public double tokens() {
    return (double) microbatchSize * sequenceLength;
  }

  /**
   * Returns the number of elements of a tensor that has {@code width} elements for each token of
   * the microbatch.
   */
  public double elements(int width) {
    return tokens() * width;
  }

  /**
   * Returns the number of elements that one GPU holds of a tensor with {@code width} elements for
   * each token. Tensor parallelism divides the width of the tensor among the GPUs.
   */
  public double elementsPerGpu(int width) {
    return elements(width) / tensorParallelism;
  }

  /**
   * Returns the number of attention scores on each GPU. There is one attention score for each
   * sample, head, query token and key token. Tensor parallelism divides the attention heads among
   * the GPUs.
   */
  public double scoresPerGpu(int heads) {
    return tokens() * sequenceLength * heads / tensorParallelism;
  }

  /**
   * Returns the number of elements of a microbatch's square feature maps: samples x channels x size
   * x size.
   */
  public double mapElements(int channels, int size) {
    return (double) microbatchSize * channels * size * size;
  }

  /**
   * Returns the shape (samples, tokens, width) of a tensor that has {@code width} elements for each
   * token.
   */
  public long[] vectorShape(int width) {
    return new long[] {microbatchSize, sequenceLength, width};
  }

  /** Returns the shape (samples, channels, size, size) of a microbatch's square feature maps. */
  public long[] mapShape(int channels, int size) {
    return new long[] {microbatchSize, channels, size, size};
  }
}
