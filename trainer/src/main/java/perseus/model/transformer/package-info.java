/**
 * Describes the layers of GPT-3, Bloom and BERT.
 *
 * <p>No class in {@code perseus.model.transformer} computes tensors: the package {@code
 * perseus.tensor.layers} computes the layers on tensors.
 */
package perseus.model.transformer;
