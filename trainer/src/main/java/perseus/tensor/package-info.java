/**
 * Trains the stages of one rank on real tensors and updates their parameters with an optimizer.
 *
 * <p>Code in {@code perseus.tensor} may not use sockets or set GPU clocks; tensor-parallel ranks
 * sum tensors through {@link perseus.transport.TensorGroup}.
 */
package perseus.tensor;
