/**
 * Implements {@code perseus-analyze evaluate}, which makes the tables of the Perseus paper from
 * published measurements and from recordings of the user.
 *
 * <p>Code in {@code perseus.cli.evaluate} may not compute savings. The package {@link
 * perseus.evaluation} computes them.
 */
package perseus.cli.evaluate;
