/**
 * Writes a run directory for any engine: instruction logs, energy logs and the manifest.
 *
 * <p>No class in {@code perseus.record} reads or analyzes recordings.
 */
package perseus.record;
