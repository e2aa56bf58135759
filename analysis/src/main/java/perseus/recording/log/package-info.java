/**
 * Holds the recorded data of a job: logs, iterations at each frequency, the place of each rank in
 * the job, and warnings.
 *
 * <p>The package {@code perseus.recording.log} only holds values; it reads no file and repairs no
 * damaged log.
 */
package perseus.recording.log;
