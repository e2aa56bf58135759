/**
 * Rounds a relaxed solution to options that a GPU has, and uses up the slack that remains.
 *
 * <p>No search in this package changes more than two operations at the same time; wider searches
 * are in {@link perseus.planner.beam} and {@link perseus.planner.switching}.
 */
package perseus.planner.rounding;
