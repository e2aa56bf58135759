/**
 * Implements the commands that choose one plan from a directory of plans: {@code perseus-analyze
 * pick} copies the plan, and {@code perseus-analyze fleet} computes the savings of the plan in a
 * month.
 *
 * <p>Code in {@code perseus.cli.pick} may not make plans. Plans are made by the package {@link
 * perseus.planner}.
 */
package perseus.cli.pick;
