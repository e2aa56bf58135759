/**
 * Writes a run directory for any engine: instruction logs, energy logs and the manifest.
 *
 * <p>Recordings are not read or analyzed here.
 */
package perseus.record;
