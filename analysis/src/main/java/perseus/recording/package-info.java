/**
 * Opens the recording of a job and reads one rank at a time, so that a job of any size fits into
 * memory.
 *
 * <p>The classes of {@code perseus.recording} attribute no energy to instructions; {@link
 * perseus.attribution} does this.
 */
package perseus.recording;
