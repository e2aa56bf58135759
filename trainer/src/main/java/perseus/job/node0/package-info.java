/**
 * Coordinates a job from node 0: accepts the connections of all launchers and ranks, makes the
 * ranks run the same iteration, and notices when a launcher or a rank is lost.
 *
 * <p>No class here starts a rank or uses tensors.
 */
package perseus.job.node0;
