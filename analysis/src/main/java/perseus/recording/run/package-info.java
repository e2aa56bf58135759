/**
 * Describes a run directory: its manifest, ranks, log files and log format, the frequencies of the
 * run, and the user's options about the run.
 *
 * <p>No log is parsed here; a {@link perseus.recording.run.LogFormat} parses the logs.
 */
package perseus.recording.run;
