/**
 * Runs the plan server: listens on a port, routes calls, and serves the web page and metrics.
 *
 * <p>Code in {@code perseus.control.server} may not decide how a call changes a job, because {@link
 * perseus.control.server.job} decides it.
 */
package perseus.control.server;
