/**
 * Describes a run directory: its {@code run.json}, ranks, log files and log format, the frequencies
 * of the run, and the user's command-line flags.
 *
 * <p>The package {@code perseus.recording.run} parses no log, which is the task of the
 * implementations of {@link perseus.recording.run.LogFormat}.
 */
package perseus.recording.run;
