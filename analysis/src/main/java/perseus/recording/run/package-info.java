/**
 * Describes a run directory: its manifest, ranks, log files and log format, the frequencies of the
 * run, and the user's command-line options about the run.
 *
 * <p>The classes of {@code perseus.recording.run} parse no log; implementations of {@link
 * perseus.recording.run.LogFormat} parse the logs.
 */
package perseus.recording.run;
