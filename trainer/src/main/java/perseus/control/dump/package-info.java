/**
 * Writes state dumps: the ranks, schedules and results of a job as JSON files in the published
 * format.
 *
 * <p>Code in {@code perseus.control.dump} may not compute anything from the results of a job.
 */
package perseus.control.dump;
