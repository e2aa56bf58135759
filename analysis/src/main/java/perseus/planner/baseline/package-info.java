/**
 * Holds planners that others published, for comparison.
 *
 * <p>The planners compute times and energies of plans with {@link perseus.planner.problem}; only
 * {@link perseus.planner.baseline.ExponentialPlanner} also calls the planner in {@link
 * perseus.planner.perseus}.
 */
package perseus.planner.baseline;
