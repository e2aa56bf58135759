/**
 * Implements {@code perseus-analyze check}, which reports the contents of directories.
 *
 * <p>Code in {@code perseus.cli.check} may not analyze a recording; {@link perseus.cli.analyze}
 * does that.
 */
package perseus.cli.check;
