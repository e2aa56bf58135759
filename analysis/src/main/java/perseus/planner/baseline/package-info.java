/**
 * Holds planners that others published, for comparison.
 *
 * <p>The planners evaluate plans with {@link perseus.planner.problem}; only {@link
 * perseus.planner.baseline.ExponentialPlanner} calls the search of {@link perseus.planner.perseus},
 * on fitted curves.
 */
package perseus.planner.baseline;
