/**
 * Holds the messages and settings that the processes of a job exchange.
 *
 * <p>Values only; no process is started and no port is opened here.
 */
package perseus.job;
