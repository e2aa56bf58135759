/**
 * Writes the dumps of the plan server's jobs in the background, so that no call waits for a disk.
 *
 * <p>The format of a dump is in {@link perseus.control.dump}.
 */
package perseus.control.server.dump;
