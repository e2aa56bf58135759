/**
 * Implements the commands that choose one plan from a directory of plans: {@code perseus-analyze
 * pick} copies the plan, and {@code perseus-analyze fleet} computes the savings of the plan in a
 * month.
 *
 * <p>Code in {@code perseus.cli.pick} may not make plans. The package {@link perseus.planner} makes
 * plans.
 */
package perseus.cli.pick;
