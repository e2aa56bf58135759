/**
 * Computes the forward of each kind of layer on tensors.
 *
 * <p>No layer is chosen and no parameter is created here; {@link perseus.tensor.autograd} runs the
 * backwards.
 */
package perseus.tensor.layers;
