/**
 * Writes state dumps: the ranks, schedules and results of a job as JSON files in the published
 * format.
 *
 * <p>Nothing is computed from the results here.
 */
package perseus.control.dump;
