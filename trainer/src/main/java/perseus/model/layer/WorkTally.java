package perseus.model.layer;

/**
 * Adds up the kernels that a layer launches, forward and backward, as an unfused float32 framework
 * (PyTorch with Hugging Face's models) launches them. Element-wise and normalization kernels are
 * bound by memory: each is counted by its passes, a pass being one read or one write of the whole
 * tensor. A dropout's mask has a byte per element, a quarter of a pass.
 */
public final class WorkTally {
  /** A layer normalization reads its input for the moments, then reads and writes. */
  public static final double LAYER_NORM_FORWARD = 3;

  /** It reads input and gradient for the input's gradient (two phases) and for the weights'. */
  public static final double LAYER_NORM_BACKWARD = 7;

  /** Dropout reads, writes, and writes or reads the mask. */
  public static final double DROPOUT = 2.25;

  /** An out-of-place sum of two tensors; also the accumulation of two gradients. */
  public static final double ADD = 3;

  /** A copy, or any element-wise function of one tensor. */
  public static final double MAP = 2;

  /** Reduction of an output gradient to a bias gradient. */
  public static final double BIAS_BACKWARD = 1;

  /** A row of at most 1024 elements stays in registers: one read, one write. */
  public static final double SOFTMAX_FORWARD = 2;

  /** Reads the output and its gradient, writes the input's gradient. */
  public static final double SOFTMAX_BACKWARD = 3;

  /**
   * The products around the scores write and read them. With heads of 64 to 128 elements these
   * products do so few operations per byte that memory bounds them, unlike those with weights.
   */
  public static final double SCORE_PRODUCTS_FORWARD = 2;

  /** Their gradient is written once; it and the probabilities are read by three products. */
  public static final double SCORE_PRODUCTS_BACKWARD = 4;

  private double forwardFlops;
  private double forwardBytes;
  private double backwardFlops;
  private double backwardBytes;

  /**
   * A matrix product or convolution that produces {@code outputs} elements, each a sum of {@code
   * terms} products. Its backward is two such: the gradients of both operands.
   */
  public WorkTally matmul(double outputs, double terms) {
    forwardFlops += 2 * outputs * terms;
    backwardFlops += 4 * outputs * terms;
    return this;
  }

  /** Kernels over a tensor of so many elements. */
  public WorkTally passes(double elements, double forward, double backward) {
    forwardBytes += Layer.FLOAT_BYTES * elements * forward;
    backwardBytes += Layer.FLOAT_BYTES * elements * backward;
    return this;
  }

  /** The backward adds each parameter's gradient to what earlier microbatches accumulated. */
  public WorkTally gradients(Layer layer, Batch batch) {
    for (Parameter parameter : layer.parameters()) {
      passes(parameter.elementsPerGpu(batch.tensorParallelism()), 0, ADD);
    }
    return this;
  }

  /** A lookup of a vector per token; its backward fills a dense gradient with zeros first. */
  public WorkTally lookup(Batch batch, Parameter table) {
    int width = table.shape().get(1);
    return passes(batch.elements(width), MAP, MAP)
        .passes(table.elementsPerGpu(batch.tensorParallelism()), 0, 1);
  }

  /**
   * Cross entropy over a vocabulary: log-softmax reads rows too long for registers three times, the
   * loss's gradient starts as zeros.
   */
  public WorkTally crossEntropy(double logits) {
    return passes(logits, 4, 5);
  }

  public LayerWork of(Layer layer) {
    return new LayerWork(
        layer.name(),
        new KernelWork(forwardFlops, forwardBytes),
        new KernelWork(backwardFlops, backwardBytes),
        layer.isRecomputed());
  }
}
