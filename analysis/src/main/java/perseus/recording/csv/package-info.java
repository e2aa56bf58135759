/**
 * Reads instruction logs and energy logs from CSV files, strictly and fast, and repairs damage
 * where that is possible.
 *
 * <p>The package {@code perseus.recording.csv} knows nothing about iterations or frequencies.
 */
package perseus.recording.csv;
