package perseus.model.layer;

/**
 * Counts the work of one layer: adds up the kernels that its forward and its backward launch.
 *
 * <p>The counts follow an unfused float32 framework (PyTorch with Hugging Face's models). Matrix
 * products and convolutions are counted by their floating-point operations. Element-wise and
 * normalization kernels are bound by memory bandwidth and are counted in passes: one pass reads or
 * writes the whole tensor once. A dropout mask has one byte per element, a quarter of a pass.
 */
public final class WorkTally {
  /** Layer normalization: one read for mean and variance, then one read and one write. */
  public static final double LAYER_NORM_FORWARD = 3;

  /**
   * Backward of layer normalization: input and output gradient are read three times, twice for the
   * input's gradient and once for the gradients of weight and bias. The input's gradient is written
   * once.
   */
  public static final double LAYER_NORM_BACKWARD = 7;

  /** Dropout, forward or backward: one read, one write, and the mask. */
  public static final double DROPOUT = 2.25;

  /** An out-of-place sum of two tensors, or the addition of one gradient to another. */
  public static final double ADD = 3;

  /** A copy, or an element-wise function of one tensor. */
  public static final double MAP = 2;

  /** The reduction of an output gradient to a bias's gradient. */
  public static final double BIAS_BACKWARD = 1;

  /** Softmax: one read and one write, because a row of at most 1024 elements stays in registers. */
  public static final double SOFTMAX_FORWARD = 2;

  /** Backward of softmax: reads output and output gradient, writes the input's gradient. */
  public static final double SOFTMAX_BACKWARD = 3;

  /**
   * Attention scores: the product of queries and keys writes them, the product with the values
   * reads them. With heads of 64 to 128 elements these products do so few operations per byte that
   * memory bandwidth bounds them, unlike products with weights.
   */
  public static final double SCORE_PRODUCTS_FORWARD = 2;

  /**
   * Attention scores in the backward: one product writes their gradient, and three products read
   * that gradient or the probabilities.
   */
  public static final double SCORE_PRODUCTS_BACKWARD = 4;

  private double forwardFlops;
  private double forwardBytes;
  private double backwardFlops;
  private double backwardBytes;

  /**
   * Counts a matrix product or convolution that computes {@code outputs} elements, each a sum of
   * {@code terms} products. Its backward takes two such products: one per operand's gradient.
   */
  public WorkTally matmul(double outputs, double terms) {
    forwardFlops += 2 * outputs * terms;
    backwardFlops += 4 * outputs * terms;
    return this;
  }

  /**
   * Counts kernels that are bound by memory bandwidth.
   *
   * @param elements elements of the float32 tensor that they read and write
   * @param forward passes in the forward
   * @param backward passes in the backward
   */
  public WorkTally passes(double elements, double forward, double backward) {
    forwardBytes += Layer.FLOAT_BYTES * elements * forward;
    backwardBytes += Layer.FLOAT_BYTES * elements * backward;
    return this;
  }

  /**
   * Counts that the backward adds each parameter's gradient to the sum over earlier microbatches.
   */
  public WorkTally gradients(Layer layer, Batch batch) {
    for (Parameter parameter : layer.parameters()) {
      passes(parameter.elementsPerGpu(batch.tensorParallelism()), 0, ADD);
    }
    return this;
  }

  /**
   * Counts the lookup of one vector per token. Its backward first fills a dense gradient of the
   * table with zeros.
   */
  public WorkTally lookup(Batch batch, Parameter table) {
    int width = table.shape().get(1);
    return passes(batch.elements(width), MAP, MAP)
        .passes(table.elementsPerGpu(batch.tensorParallelism()), 0, 1);
  }

  /**
   * Counts log-softmax and cross entropy over a vocabulary. Log-softmax reads each row three times,
   * because the rows do not fit into registers; the gradient of the loss starts as zeros.
   */
  public WorkTally crossEntropy(double logits) {
    return passes(logits, 4, 5);
  }

  /** Returns what was counted, as the work of {@code layer}. */
  public LayerWork of(Layer layer) {
    return new LayerWork(
        new KernelWork(forwardFlops, forwardBytes),
        new KernelWork(backwardFlops, backwardBytes),
        layer.isRecomputed());
  }
}
