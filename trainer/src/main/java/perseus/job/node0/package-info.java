/**
 * Coordinates a job from node 0: accepts the connections of all launchers and ranks, makes the
 * ranks run the same iteration, and notices when a launcher or a rank is lost.
 *
 * <p>No rank is started here, and no tensor is touched.
 */
package perseus.job.node0;
