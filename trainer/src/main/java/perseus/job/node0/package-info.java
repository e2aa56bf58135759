/**
 * Coordinates a job from node 0: accepts the connections of all launchers and ranks, makes the
 * ranks run the same iteration, and notices when a launcher or a rank is lost.
 *
 * <p>No class in {@code perseus.job.node0} starts a rank or uses tensors.
 */
package perseus.job.node0;
