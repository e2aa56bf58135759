/**
 * Runs the plan server: its address, its calls, its web page and its metrics.
 *
 * <p>What a job is and does is in {@link perseus.control.server.job}.
 */
package perseus.control.server;
