/**
 * Defines planners, which choose a GPU frequency for every operation of an iteration, and finds
 * them by name.
 *
 * <p>Code outside of this package uses only {@link perseus.planner.Planner}, {@link
 * perseus.planner.Planners} and {@link perseus.planner.problem}; all other sub-packages are
 * internal and may change.
 */
package perseus.planner;
