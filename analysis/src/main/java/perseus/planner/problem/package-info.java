/**
 * States the planning problem and its answers: options, requests, plans, frontiers, lower bounds.
 *
 * <p>No planner is called from here, and no object here changes after it is made.
 */
package perseus.planner.problem;
