/**
 * Searches for plans, and computes a lower bound, in problems in which a change of clock takes
 * time.
 *
 * <p>If changes of clock take no time, the planner uses no class of this package.
 */
package perseus.planner.switching;
