/**
 * Writes a run directory: instruction logs, energy logs and the manifest.
 *
 * <p>Code that reads or analyzes recordings may not be in {@code perseus.record}.
 */
package perseus.record;
