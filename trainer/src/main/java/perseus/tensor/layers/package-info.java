/**
 * Computes the forward of each kind of layer on tensors.
 *
 * <p>Code in {@code perseus.tensor.layers} may not choose the layers of a stage or create
 * parameters, and leaves the backwards to {@link perseus.tensor.autograd}.
 */
package perseus.tensor.layers;
