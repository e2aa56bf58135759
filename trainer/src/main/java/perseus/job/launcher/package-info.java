/**
 * Starts the ranks of a node as processes, watches them, and moves their recording into the run
 * directory.
 *
 * <p>Ranks are not coordinated here but in {@link perseus.job.node0}.
 */
package perseus.job.launcher;
