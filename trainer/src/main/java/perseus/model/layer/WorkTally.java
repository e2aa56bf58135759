package perseus.model.layer;

/**
 * Counts the work of one layer: the floating-point operations and bytes of all GPU kernels of the
 * layer's forward and backward.
 *
 * <p>The counted GPU kernels are those of Hugging Face's models in PyTorch, in float32 and without
 * fused kernels. The work of matrix products and convolutions is counted in floating-point
 * operations. The work of element-wise and normalization kernels is counted in passes (reads or
 * writes of a whole tensor). A dropout mask has 1 byte per element, so reading or writing the mask
 * is a quarter of a pass over a float32 tensor.
 */
public final class WorkTally {
  /**
   * A layer normalization makes 3 passes over its input tensor: one read for the mean and variance,
   * then one read and one write.
   */
  public static final double LAYER_NORM_FORWARD = 3;

  /**
   * The backward of a layer normalization makes 7 passes (reads or writes of a whole tensor). Of
   * the 7 passes, 3 read the input, 3 read the output gradient, and 1 writes the input's gradient.
   */
  public static final double LAYER_NORM_BACKWARD = 7;

  /**
   * A dropout makes 2.25 passes (reads or writes of a whole tensor) in the forward, and 2.25 passes
   * in the backward. The 2.25 passes are one read, one write, and a quarter for the mask.
   */
  public static final double DROPOUT = 2.25;

  /**
   * The sum of two tensors makes 3 passes (reads or writes of a whole tensor): two reads and one
   * write.
   */
  public static final double ADD = 3;

  /**
   * A copy or an element-wise function of a tensor makes 2 passes over the tensor: a read and a
   * write.
   */
  public static final double MAP = 2;

  /**
   * The sum that reduces an output gradient to the gradient of a bias makes 1 pass over the output
   * gradient: one read.
   */
  public static final double BIAS_BACKWARD = 1;

  /**
   * A softmax makes 2 passes over its tensor: one read and one write. A softmax needs only one
   * read, because a row of at most 1024 elements stays in registers.
   */
  public static final double SOFTMAX_FORWARD = 2;

  /**
   * The backward of a softmax makes 3 passes (reads or writes of a whole tensor). One pass reads
   * the output, one pass reads the output gradient, and one pass writes the input's gradient.
   */
  public static final double SOFTMAX_BACKWARD = 3;

  /**
   * The two attention products (matrix products in an attention layer) read or write the attention
   * scores 2 times in the forward. In the forward, the product of queries and keys writes the
   * attention scores. In the forward, the product of attention probabilities and values reads the
   * probabilities. With attention heads of 64 to 128 elements, the memory bandwidth limits the time
   * of the two attention products.
   */
  public static final double SCORE_PRODUCTS_FORWARD = 2;

  /**
   * The attention products (matrix products in an attention layer) read or write the attention
   * scores 4 times in the backward. In the backward, one attention product writes the gradient of
   * the scores, and three products read this gradient or the attention probabilities.
   */
  public static final double SCORE_PRODUCTS_BACKWARD = 4;

  private double forwardFlops;
  private double forwardBytes;
  private double backwardFlops;
  private double backwardBytes;

  /**
   * Counts the floating-point operations of a matrix product or convolution. The result of the
   * matrix product has {@code outputs} elements, and each element is a sum of {@code terms}
   * products. The backward of a matrix product consists of two matrix products of the same size,
   * one for the gradient of each operand.
   */
  public WorkTally matmul(double outputs, double terms) {
    forwardFlops += 2 * outputs * terms;
    backwardFlops += 4 * outputs * terms;
    return this;
  }

  /**
   * Counts the bytes that element-wise and normalization kernels read and write.
   *
   * @param elements number of elements of the float32 tensor that the kernels read and write
   * @param forward number of passes (reads or writes of the whole tensor) in the forward
   * @param backward number of passes (reads or writes of the whole tensor) in the backward
   */
  public WorkTally passes(double elements, double forward, double backward) {
    forwardBytes += Layer.FLOAT_BYTES * elements * forward;
    backwardBytes += Layer.FLOAT_BYTES * elements * backward;
    return this;
  }

  /**
   * Counts the bytes that the backward reads and writes to accumulate the gradients of the layer's
   * parameters.
   */
  public WorkTally gradients(Layer layer, Batch batch) {
    for (Parameter parameter : layer.parameters()) {
      passes(parameter.elementsPerGpu(batch.tensorParallelism()), 0, ADD);
    }
    return this;
  }

  /**
   * Counts the bytes that are read and written to look up the vector of each token in a table of
   * token vectors. The backward of a lookup also fills a dense gradient of the table with zeros.
   */
  public WorkTally lookup(Batch batch, Parameter table) {
    int width = table.shape().get(1);
    return passes(batch.elements(width), MAP, MAP)
        .passes(table.elementsPerGpu(batch.tensorParallelism()), 0, 1);
  }

  /**
   * Counts the bytes that log-softmax and cross entropy over a vocabulary read and write.
   * Log-softmax reads each row of logits three times, because a row of logits does not fit into
   * registers. The backward of the cross entropy first fills the gradient of its input with zeros.
   *
   * @param logits number of elements of the tensor of logits (scores of the vocabulary's tokens)
   */
  public WorkTally crossEntropy(double logits) {
    return passes(logits, 4, 5);
  }

  /** Returns the counted work, and whether activation checkpointing recomputes the given layer. */
  public LayerWork of(Layer layer) {
    return new LayerWork(
        new KernelWork(forwardFlops, forwardBytes),
        new KernelWork(backwardFlops, backwardBytes),
        layer.isRecomputed());
  }
}
