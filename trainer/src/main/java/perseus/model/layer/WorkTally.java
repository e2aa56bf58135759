package perseus.model.layer;

/**
 * Counts the work of one layer: adds up the work of the kernels that the layer's forward and
 * backward launch.
 *
 * <p>The counts describe Hugging Face's models in PyTorch, in float32 and without fused kernels.
 * Matrix products and convolutions are counted in floating-point operations. Element-wise and
 * normalization kernels are bound by memory bandwidth and are counted in passes. One pass reads or
 * writes the whole tensor once. A dropout mask has 1 byte per element, so reading or writing it is
 * a quarter of a pass.
 */
public final class WorkTally {
  /**
   * A layer normalization has 3 passes: one read for the mean and variance, then one read and one
   * write.
   */
  public static final double LAYER_NORM_FORWARD = 3;

  /**
   * The backward of a layer normalization has 7 passes. The input and the output gradient are each
   * read three times: twice for the input's gradient, and once for the gradients of weight and
   * bias. The input's gradient is written once.
   */
  public static final double LAYER_NORM_BACKWARD = 7;

  /**
   * A dropout has 2.25 passes in the forward and in the backward: one read, one write, and a
   * quarter pass for the mask.
   */
  public static final double DROPOUT = 2.25;

  /** The sum of two tensors has 3 passes: two reads and one write. */
  public static final double ADD = 3;

  /** A copy or an element-wise function of one tensor has 2 passes: one read and one write. */
  public static final double MAP = 2;

  /** The sum that reduces an output gradient to the gradient of a bias has 1 pass: one read. */
  public static final double BIAS_BACKWARD = 1;

  /**
   * A softmax has 2 passes: one read and one write. One read is sufficient, because a row of at
   * most 1024 elements stays in registers.
   */
  public static final double SOFTMAX_FORWARD = 2;

  /**
   * The backward of a softmax has 3 passes: one read of the output, one read of the output
   * gradient, and one write of the input's gradient.
   */
  public static final double SOFTMAX_BACKWARD = 3;

  /**
   * The attention products have 2 passes over the attention scores in the forward. The product of
   * queries and keys writes the scores. The product of probabilities and values reads the
   * probabilities. With heads of 64 to 128 elements, the attention products have few operations per
   * byte. The memory bandwidth therefore limits the time of attention products, but not the time of
   * products with weights.
   */
  public static final double SCORE_PRODUCTS_FORWARD = 2;

  /**
   * The attention products have 4 passes over the attention scores in the backward. One product
   * writes the gradient of the scores, and three products read this gradient or the probabilities.
   */
  public static final double SCORE_PRODUCTS_BACKWARD = 4;

  private double forwardFlops;
  private double forwardBytes;
  private double backwardFlops;
  private double backwardBytes;

  /**
   * Counts a matrix product or convolution. The result of the product has {@code outputs} elements,
   * and each element is a sum of {@code terms} products. The backward of a product consists of two
   * products of the same size, one for the gradient of each operand.
   */
  public WorkTally matmul(double outputs, double terms) {
    forwardFlops += 2 * outputs * terms;
    backwardFlops += 4 * outputs * terms;
    return this;
  }

  /**
   * Counts kernels that are bound by memory bandwidth.
   *
   * @param elements number of elements of the float32 tensor that the kernels read and write
   * @param forward number of passes in the forward
   * @param backward number of passes in the backward
   */
  public WorkTally passes(double elements, double forward, double backward) {
    forwardBytes += Layer.FLOAT_BYTES * elements * forward;
    backwardBytes += Layer.FLOAT_BYTES * elements * backward;
    return this;
  }

  /**
   * Counts the accumulation of gradients: in the backward, the gradient of each parameter is added
   * to the sum of its gradients from earlier microbatches.
   */
  public WorkTally gradients(Layer layer, Batch batch) {
    for (Parameter parameter : layer.parameters()) {
      passes(parameter.elementsPerGpu(batch.tensorParallelism()), 0, ADD);
    }
    return this;
  }

  /**
   * Counts the lookup of one vector for each token in a table. The backward of a lookup also fills
   * a dense gradient of the table with zeros.
   */
  public WorkTally lookup(Batch batch, Parameter table) {
    int width = table.shape().get(1);
    return passes(batch.elements(width), MAP, MAP)
        .passes(table.elementsPerGpu(batch.tensorParallelism()), 0, 1);
  }

  /**
   * Counts log-softmax and cross entropy over a vocabulary. Log-softmax reads each row three times,
   * because a row does not fit into registers. The backward first fills the gradient of the loss
   * with zeros.
   *
   * @param logits number of elements of the tensor of logits
   */
  public WorkTally crossEntropy(double logits) {
    return passes(logits, 4, 5);
  }

  /** Returns the work that has been counted, as the work of the given layer. */
  public LayerWork of(Layer layer) {
    return new LayerWork(
        new KernelWork(forwardFlops, forwardBytes),
        new KernelWork(backwardFlops, backwardBytes),
        layer.isRecomputed());
  }
}
