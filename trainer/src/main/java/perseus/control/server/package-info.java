/**
 * Runs the plan server, which listens on a port, routes calls, and serves the web page and metrics.
 *
 * <p>Code here may not decide how a call changes a job; {@link perseus.control.server.job} decides
 * that.
 */
package perseus.control.server;
