/**
 * Writes a run directory: instruction logs, energy logs and the manifest, for any engine.
 *
 * <p>Nothing is read or analyzed here.
 */
package perseus.record;
