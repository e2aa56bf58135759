/**
 * Moves tensors over TCP, through the host's memory.
 *
 * <p>Nothing here knows pipelines.
 */
package perseus.transport.tcp;
