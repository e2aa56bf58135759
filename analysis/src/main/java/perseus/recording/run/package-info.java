/**
 * Describes a run directory: its manifest, its ranks and files, the frequencies that ran, and what
 * the user says about them.
 *
 * <p>Logs are not read here.
 */
package perseus.recording.run;
