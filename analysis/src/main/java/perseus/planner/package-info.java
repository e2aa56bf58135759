/**
 * Defines planners, which choose a GPU frequency for every operation of an iteration, and finds
 * them by name.
 *
 * <p>Code outside sees {@link perseus.planner.Planner}, {@link perseus.planner.Planners} and {@link
 * perseus.planner.problem}; all other sub-packages are internal and may change.
 */
package perseus.planner;
