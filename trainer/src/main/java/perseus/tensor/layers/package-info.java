/**
 * Computes the forward of each kind of layer on tensors.
 *
 * <p>Backwards are not written here: {@link perseus.tensor.autograd} derives them.
 */
package perseus.tensor.layers;
