/**
 * Implements {@code perseus-analyze evaluate}, which makes the tables of the Perseus paper from
 * published measurements and from recordings of the user.
 *
 * <p>The classes of {@code perseus.cli.evaluate} compute no savings, which is the task of {@link
 * perseus.evaluation}.
 */
package perseus.cli.evaluate;
