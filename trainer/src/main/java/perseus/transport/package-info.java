/**
 * Defines how ranks exchange tensors: point-to-point messages and sums over groups of ranks.
 *
 * <p>No implementation of {@code TensorTransport} is in {@code perseus.transport}: each
 * implementation has its own sub-package.
 */
package perseus.transport;
