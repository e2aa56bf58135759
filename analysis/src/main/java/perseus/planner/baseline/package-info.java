/**
 * Holds planners that others published, for comparison.
 *
 * <p>They evaluate plans with the code of {@link perseus.planner.problem}, and only one of them
 * calls the search of {@link perseus.planner.perseus}, on fitted curves.
 */
package perseus.planner.baseline;
