/**
 * Exchanges tensors over TCP, through the host's memory.
 *
 * <p>No class here knows pipelines, stages or schedules.
 */
package perseus.transport.tcp;
