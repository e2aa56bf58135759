/**
 * Decides which frequencies a job runs next: schedulers, frequency schedules, measurements.
 *
 * <p>No HTTP and no JSON here: the same code serves a run in one process and the plan server.
 */
package perseus.control;
