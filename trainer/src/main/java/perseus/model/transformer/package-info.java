/**
 * Holds the layers of GPT-3, Bloom and BERT.
 *
 * <p>Shapes only; tensors are in {@code perseus.tensor.layers}.
 */
package perseus.model.transformer;
