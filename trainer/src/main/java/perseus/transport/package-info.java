/**
 * Defines how ranks exchange tensors: point-to-point messages and sums over groups of ranks.
 *
 * <p>No implementation lives here: each implementation has its own sub-package.
 */
package perseus.transport;
