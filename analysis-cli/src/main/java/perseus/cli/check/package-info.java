/**
 * Implements {@code perseus-analyze check}, which reports the contents of directories.
 *
 * <p>The classes of {@code perseus.cli.check} analyze nothing, which is the task of {@link
 * perseus.cli.analyze}.
 */
package perseus.cli.check;
