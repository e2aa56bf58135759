/**
 * Exchanges tensors over TCP, through the host's memory.
 *
 * <p>No class in {@code perseus.transport.tcp} knows pipelines, stages or schedules.
 */
package perseus.transport.tcp;
