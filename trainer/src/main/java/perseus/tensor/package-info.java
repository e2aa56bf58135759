/**
 * Computes on real tensors: the stage that a rank holds, and its optimizer.
 *
 * <p>No socket and no GPU clock is used here; sums over ranks go through {@link
 * perseus.transport.TensorGroup}.
 */
package perseus.tensor;
