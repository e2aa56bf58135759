/**
 * Implements {@code perseus-analyze pick}, which copies a plan from a directory of plans, and
 * {@code perseus-analyze fleet}, which computes the savings of a plan in a month.
 *
 * <p>Code in {@code perseus.cli.pick} may not make plans. Plans are made by the package {@link
 * perseus.planner}.
 */
package perseus.cli.pick;
