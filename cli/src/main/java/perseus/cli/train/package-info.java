/**
 * Implements the commands perseus-profile and run.sh: their flags, checks, progress and reports.
 *
 * <p>Training itself is not here, but in {@code perseus.engine} and {@code perseus.job}.
 */
package perseus.cli.train;
