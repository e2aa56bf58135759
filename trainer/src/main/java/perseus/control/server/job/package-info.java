/**
 * Holds the jobs of the plan server: their ranks, their rounds, their bodies as JSON.
 *
 * <p>No socket is used here.
 */
package perseus.control.server.job;
