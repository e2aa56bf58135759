/**
 * Describes a run directory: its manifest, its ranks and files, the format of its logs, the
 * frequencies that ran, and what the user states about them.
 *
 * <p>No log is parsed here; a {@link perseus.recording.run.LogFormat} does that.
 */
package perseus.recording.run;
