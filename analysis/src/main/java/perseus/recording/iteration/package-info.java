/**
 * Finds out which records belong to which iteration, and divides the logs of a rank by frequency.
 *
 * <p>The package {@code perseus.recording.iteration} parses no file, because it gets the logs of
 * all ranks from a {@link perseus.recording.run.RunDirectory}.
 */
package perseus.recording.iteration;
