/**
 * Implements {@code perseus-analyze evaluate}, which makes the tables of the Perseus paper from
 * published measurements and from recordings of the user.
 *
 * <p>Code in {@code perseus.cli.evaluate} may not compute savings. The savings are computed by the
 * package {@link perseus.evaluation}.
 */
package perseus.cli.evaluate;
