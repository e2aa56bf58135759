/**
 * Rounds a solution of the LP relaxation to frequencies that a GPU has. Afterwards, operations get
 * slower frequencies where the iteration does not become longer.
 *
 * <p>No search in this package changes more than two operations at the same time; wider searches
 * are in {@link perseus.planner.beam} and {@link perseus.planner.switching}.
 */
package perseus.planner.rounding;
