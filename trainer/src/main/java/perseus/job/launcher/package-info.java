/**
 * Starts the ranks of a node as processes, watches them, and moves their logs into the run
 * directory.
 *
 * <p>No class in {@code perseus.job.launcher} coordinates ranks. The package {@link
 * perseus.job.node0} coordinates the ranks.
 */
package perseus.job.launcher;
