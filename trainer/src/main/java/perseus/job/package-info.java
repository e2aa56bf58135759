/**
 * Defines the messages and settings that the processes of a job exchange.
 *
 * <p>No process is started and no port is opened here.
 */
package perseus.job;
