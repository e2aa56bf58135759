/**
 * Finds out which records belong to which iteration, and cuts a rank's logs into windows of one
 * frequency.
 *
 * <p>No file is read here, except the logs of other ranks that help to tell iterations apart.
 */
package perseus.recording.iteration;
