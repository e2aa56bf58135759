/**
 * Writes state dumps: the ranks, schedules and results of a job as JSON files in the published
 * format.
 *
 * <p>Code here may not compute anything from the results.
 */
package perseus.control.dump;
