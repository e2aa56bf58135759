/**
 * Manages the jobs of the plan server: their ranks, frequency schedules and results.
 *
 * <p>Code in {@code perseus.control.server.job} may not use connections or write files.
 */
package perseus.control.server.job;
