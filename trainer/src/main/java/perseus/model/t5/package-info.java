/**
 * Describes the layers of T5.
 *
 * <p>No class in {@code perseus.model.t5} computes tensors: the package {@code
 * perseus.tensor.layers} computes the layers on tensors.
 */
package perseus.model.t5;
