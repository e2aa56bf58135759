/**
 * Holds the layers of T5.
 *
 * <p>Shapes only; tensors are in {@code perseus.tensor.layers}.
 */
package perseus.model.t5;
