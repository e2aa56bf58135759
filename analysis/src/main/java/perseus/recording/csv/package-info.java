/**
 * Reads instruction logs and energy logs from CSV files, strictly and fast, and repairs damage
 * where that is possible.
 *
 * <p>The classes of {@code perseus.recording.csv} know nothing about iterations or frequencies.
 */
package perseus.recording.csv;
