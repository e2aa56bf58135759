/**
 * Records the forward of a layer so that its backward can be run, and provides TorchScript kernels
 * that DJL lacks.
 *
 * <p>No model and no particular layer is known here.
 */
package perseus.tensor.autograd;
