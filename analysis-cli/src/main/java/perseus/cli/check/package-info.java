/**
 * Implements {@code perseus-analyze check}, which reports the contents of directories.
 *
 * <p>Code in {@code perseus.cli.check} may not analyze a recording. The package {@link
 * perseus.cli.analyze} analyzes recordings.
 */
package perseus.cli.check;
