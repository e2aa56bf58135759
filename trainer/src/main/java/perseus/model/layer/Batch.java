package perseus.model.layer;

/**
 * Shape of one microbatch, as the GPUs of one tensor-parallel group process it.
 *
 * @param microbatchSize samples per microbatch
 * @param sequenceLength tokens per sample; in an encoder-decoder model, tokens in each of a
 *     sample's two sequences. Image models ignore it: their first layer defines the image size
 * @param tensorParallelism number of GPUs that share each layer
 */
public record Batch(int microbatchSize, int sequenceLength, int tensorParallelism) {
  /** Number of tokens in a microbatch. */
  public double tokens() {
    return (double) microbatchSize * sequenceLength;
  }

  /** Number of elements of a tensor that holds a vector of {@code width} elements per token. */
  public double elements(int width) {
    return tokens() * width;
  }

  /** Like {@link #elements}, but per GPU, for a tensor whose width tensor parallelism divides. */
  public double elementsPerGpu(int width) {
    return elements(width) / tensorParallelism;
  }

  /**
   * Number of attention scores per GPU: one per sample, head, query token and key token. Tensor
   * parallelism divides the heads.
   */
  public double scoresPerGpu(int heads) {
    return tokens() * sequenceLength * heads / tensorParallelism;
  }

  /** Number of elements of square feature maps: samples x channels x size x size. */
  public double mapElements(int channels, int size) {
    return (double) microbatchSize * channels * size * size;
  }

  /** Shape of a tensor that holds a vector per token: (samples, tokens, width). */
  public long[] vectorShape(int width) {
    return new long[] {microbatchSize, sequenceLength, width};
  }

  /** Shape of square feature maps: (samples, channels, size, size). */
  public long[] mapShape(int channels, int size) {
    return new long[] {microbatchSize, channels, size, size};
  }
}
