/**
 * Describes the layers of GPT-3, Bloom and BERT.
 *
 * <p>No tensor is computed here: {@code perseus.tensor.layers} does that.
 */
package perseus.model.transformer;
