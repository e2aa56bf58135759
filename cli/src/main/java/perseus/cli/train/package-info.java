/**
 * Implements the commands perseus-profile and run.sh: their flags, checks, progress and reports.
 *
 * <p>Code that runs training belongs to {@code perseus.engine} and {@code perseus.job} and may not
 * be in this package.
 */
package perseus.cli.train;
