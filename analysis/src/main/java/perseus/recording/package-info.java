/**
 * Opens the recording of a job and reads one rank at a time, so that a job of any size fits into
 * memory.
 *
 * <p>The package {@code perseus.recording} attributes no energy to instructions, which is the task
 * of {@link perseus.attribution}.
 */
package perseus.recording;
