/**
 * Trains on real tensors: the stages of one rank and their optimizer.
 *
 * <p>No socket and no GPU clock is used here. Ranks that share a layer add up tensors through
 * {@link perseus.transport.TensorGroup}.
 */
package perseus.tensor;
