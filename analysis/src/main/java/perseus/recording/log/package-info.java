/**
 * Holds the recorded data of a job: logs, windows, segments, the ranks' places, and warnings.
 *
 * <p>The classes here only hold values; they read no file and repair no damage.
 */
package perseus.recording.log;
