/**
 * Defines the messages and settings that the processes of a job exchange.
 *
 * <p>No class in {@code perseus.job} starts a process or opens a port.
 */
package perseus.job;
