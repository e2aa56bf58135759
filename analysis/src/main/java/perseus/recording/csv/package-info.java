/**
 * Reads instruction logs and energy logs from CSV, strictly and fast, and repairs what can be
 * repaired.
 *
 * <p>Nothing here knows iterations or frequencies.
 */
package perseus.recording.csv;
