/**
 * Holds the commands perseus-profile and run.sh: their flags and what they print.
 *
 * <p>Training itself is in {@code perseus.engine} and {@code perseus.job}.
 */
package perseus.cli.train;
