/**
 * Implements the commands that choose one plan from a directory of plans: {@code perseus-analyze
 * pick} copies the plan, and {@code perseus-analyze fleet} computes the savings of the plan in a
 * month.
 *
 * <p>The classes of {@code perseus.cli.pick} make no plans, which is the task of {@link
 * perseus.planner}.
 */
package perseus.cli.pick;
