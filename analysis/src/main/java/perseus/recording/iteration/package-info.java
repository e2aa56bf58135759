/**
 * Finds out which records belong to which iteration, and cuts the logs of a rank into windows. A
 * window contains all iterations that ran at one frequency.
 *
 * <p>The classes of {@code perseus.recording.iteration} parse no file; they get the logs of all
 * ranks from a {@link perseus.recording.run.RunDirectory}.
 */
package perseus.recording.iteration;
