/**
 * A model's layers as real tensors: what one rank holds and computes of them, its data and its
 * optimizer.
 */
package perseus.tensor;
