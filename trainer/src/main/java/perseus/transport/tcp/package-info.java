/**
 * Exchanges tensors over TCP, through the host's memory.
 *
 * <p>No class in {@code perseus.transport.tcp} uses pipelines, stages or schedules.
 */
package perseus.transport.tcp;
