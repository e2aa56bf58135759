/**
 * Coordinates a job from node 0: accepts connections, makes the ranks run the same iteration, and
 * notices lost launchers and ranks.
 *
 * <p>No class in {@code perseus.job.node0} starts a rank or uses tensors.
 */
package perseus.job.node0;
