/**
 * Records the forward of a layer so that its backward can be run, and provides TorchScript kernels
 * that DJL lacks.
 *
 * <p>Code in {@code perseus.tensor.autograd} may not depend on a model or on a particular layer.
 */
package perseus.tensor.autograd;
