/**
 * Implements {@code perseus-analyze check}, which says what directories hold.
 *
 * <p>The classes of {@code perseus.cli.check} analyze nothing, which is the task of {@link
 * perseus.cli.analyze}.
 */
package perseus.cli.check;
