/**
 * Holds the recorded data of a job: logs, windows, segments, the place of each rank in the job, and
 * warnings.
 *
 * <p>The classes here only hold values; they read no file and repair no damage.
 */
package perseus.recording.log;
