/**
 * Manages the jobs of the plan server: their ranks, rounds, results and views.
 *
 * <p>Code here may not use connections or write files directly; calls arrive as bodies and leave as
 * answers.
 */
package perseus.control.server.job;
