/**
 * Holds the recorded data of a job: logs, windows (all iterations at one frequency), segments (time
 * spans of consecutive iterations), the place of each rank in the job, and warnings.
 *
 * <p>The classes of {@code perseus.recording.log} only hold values; they read no file and repair no
 * damaged log.
 */
package perseus.recording.log;
