/**
 * Runs the plan server: it listens on a port, routes calls, and serves the web page and metrics.
 *
 * <p>What a call does to a job is in {@link perseus.control.server.job}.
 */
package perseus.control.server;
