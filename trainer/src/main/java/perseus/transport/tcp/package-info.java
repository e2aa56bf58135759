/**
 * Exchanges tensors over TCP, through the host's memory.
 *
 * <p>Pipelines, stages and schedules are not known here.
 */
package perseus.transport.tcp;
