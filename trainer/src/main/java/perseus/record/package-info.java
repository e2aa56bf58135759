/**
 * Writes a run directory: instruction logs, energy logs and the manifest run.json.
 *
 * <p>Code that reads or analyzes logs may not be in {@code perseus.record}.
 */
package perseus.record;
