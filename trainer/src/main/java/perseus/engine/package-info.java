/**
 * Trains: runs iterations under the frequencies that a scheduler wants, whatever executes them.
 *
 * <p>Nothing here knows tensors or simulated GPUs; an engine implements {@link
 * perseus.engine.Cluster}.
 */
package perseus.engine;
