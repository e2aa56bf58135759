/**
 * Writes the dumps of all jobs in the background, so that a slow disk stops no call.
 *
 * <p>What a dump holds is decided in {@link perseus.control.dump}.
 */
package perseus.control.server.dump;
