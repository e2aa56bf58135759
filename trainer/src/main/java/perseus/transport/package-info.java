/**
 * Defines how tensors travel between ranks.
 *
 * <p>Implementations are in sub-packages.
 */
package perseus.transport;
