/**
 * Records the forward of a layer for its backward, and holds the TorchScript kernels that DJL
 * lacks.
 *
 * <p>Nothing here knows models.
 */
package perseus.tensor.autograd;
