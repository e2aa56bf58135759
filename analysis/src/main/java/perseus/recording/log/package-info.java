/**
 * Holds what was recorded, as values: logs, windows, segments, the ranks' places, and warnings.
 *
 * <p>Values only; no file is read and no damage is repaired here.
 */
package perseus.recording.log;
