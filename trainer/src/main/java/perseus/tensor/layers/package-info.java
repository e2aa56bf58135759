/**
 * Holds the forwards of the models' layers on tensors.
 *
 * <p>Backwards come from {@link perseus.tensor.autograd}.
 */
package perseus.tensor.layers;
