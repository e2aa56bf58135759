/**
 * Finds out which records belong to which iteration, and cuts the logs of a rank into windows, each
 * with one frequency.
 *
 * <p>No file is parsed here; the logs, also those of other ranks, come from a {@link
 * perseus.recording.run.RunDirectory}.
 */
package perseus.recording.iteration;
