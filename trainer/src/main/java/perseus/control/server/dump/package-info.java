/**
 * Writes the state dumps of the plan server's jobs in the background, so that no call waits for a
 * disk.
 *
 * <p>Code in {@code perseus.control.server.dump} may not define the format of a state dump, because
 * {@link perseus.control.dump} defines it.
 */
package perseus.control.server.dump;
