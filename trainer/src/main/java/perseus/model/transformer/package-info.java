/**
 * Describes the layers of GPT-3, Bloom and BERT.
 *
 * <p>No class here computes tensors: the package {@code perseus.tensor.layers} does that.
 */
package perseus.model.transformer;
