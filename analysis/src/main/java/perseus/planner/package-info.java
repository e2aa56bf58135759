/**
 * Plans the frequency of every operation of an iteration: the planners by name.
 *
 * <p>Code outside sees {@link perseus.planner.Planner}, {@link perseus.planner.Planners} and {@link
 * perseus.planner.problem}; all other sub-packages are internal and may change.
 */
package perseus.planner;
