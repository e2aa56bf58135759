/**
 * Coordinates a job from node 0: all launchers and ranks connect to it, it makes them run the same
 * iteration, and it notices when one is lost.
 *
 * <p>No rank is started here and no tensor is touched.
 */
package perseus.job.node0;
