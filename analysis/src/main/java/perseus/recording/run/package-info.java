/**
 * Describes a run directory: its manifest, ranks and files, the format of its logs, the frequencies
 * at which it ran, and the user's options about it.
 *
 * <p>No log is parsed here; a {@link perseus.recording.run.LogFormat} parses the logs.
 */
package perseus.recording.run;
