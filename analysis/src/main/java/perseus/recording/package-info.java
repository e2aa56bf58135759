/**
 * Opens the recording of a job and reads one rank at a time, so that a job of any size fits into
 * memory.
 *
 * <p>No energy is attributed to instructions here; {@link perseus.attribution} does this.
 */
package perseus.recording;
