/**
 * Holds the scheduler interface and the values it works with: jobs, ranks, rounds and results.
 *
 * <p>No scheduler, no HTTP and no file: a run in one process and the plan server use the same
 * values.
 */
package perseus.control;
