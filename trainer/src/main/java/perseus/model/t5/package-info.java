/**
 * Describes the layers of T5.
 *
 * <p>No class here computes tensors: the package {@code perseus.tensor.layers} does that.
 */
package perseus.model.t5;
