/**
 * Describes the layers of T5.
 *
 * <p>No tensor is computed here: {@code perseus.tensor.layers} does that.
 */
package perseus.model.t5;
