/**
 * Rounds a solution of the LP relaxation to frequencies that a GPU has. Operations that can take
 * longer without making the iteration longer then get slower frequencies.
 *
 * <p>No search in this package changes more than two operations at the same time; wider searches
 * are in {@link perseus.planner.beam} and {@link perseus.planner.switching}.
 */
package perseus.planner.rounding;
