/**
 * Holds the jobs of the plan server: their ranks, rounds, results and views.
 *
 * <p>No connection and no file is used here: calls arrive as bodies and leave as answers.
 */
package perseus.control.server.job;
