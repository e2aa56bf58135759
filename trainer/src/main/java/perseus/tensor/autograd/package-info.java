/**
 * Records the forward of a layer so that its backward can be run, and provides TorchScript kernels
 * that DJL lacks.
 *
 * <p>Code here may not depend on a model or on a particular layer.
 */
package perseus.tensor.autograd;
