/**
 * Writes the state dumps of the plan server's jobs in the background, so that no call waits for a
 * disk.
 *
 * <p>Code here may not define the format of a dump, which is in {@link perseus.control.dump}.
 */
package perseus.control.server.dump;
