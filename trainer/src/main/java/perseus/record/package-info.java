/**
 * Writes a run directory for any engine: instruction logs, energy logs and the manifest.
 *
 * <p>No class here reads or analyzes recordings.
 */
package perseus.record;
