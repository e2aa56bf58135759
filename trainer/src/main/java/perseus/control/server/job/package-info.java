/**
 * Manages the jobs of the plan server: their ranks, frequency schedules and results.
 *
 * <p>Code in {@code perseus.control.server.job} may not use connections or write files; it receives
 * calls as bodies and returns answers.
 */
package perseus.control.server.job;
