/**
 * Computes the forward of each kind of layer on tensors.
 *
 * <p>Code in {@code perseus.tensor.layers} may not choose the layers of a stage or create
 * parameters; {@link perseus.tensor.autograd} runs the backwards.
 */
package perseus.tensor.layers;
