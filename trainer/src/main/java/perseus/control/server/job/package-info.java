/**
 * Manages the jobs of the plan server: their ranks, rounds, results and views.
 *
 * <p>Code in {@code perseus.control.server.job} may not use connections or write files directly; it
 * receives calls as bodies and returns answers.
 */
package perseus.control.server.job;
