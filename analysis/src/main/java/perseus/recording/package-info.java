/**
 * Opens the recording of a job and reads one rank at a time, so that a job of any size fits into
 * memory.
 *
 * <p>Energies are not attributed here.
 */
package perseus.recording;
