/**
 * Writes the state dumps of the plan server's jobs in the background, so that no call waits for a
 * disk.
 *
 * <p>Code here may not define the format of a dump; {@link perseus.control.dump} defines it.
 */
package perseus.control.server.dump;
