/**
 * Writes state dumps: the ranks, schedules and results of a job as JSON files in the format of the
 * Perseus research release and of Zeus.
 *
 * <p>Code in {@code perseus.control.dump} may not compute anything from the results of a job.
 */
package perseus.control.dump;
