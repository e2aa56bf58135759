/**
 * States the planning problem and its solutions: options, requests, plans, frontiers, lower bounds.
 *
 * <p>No class of this package calls a planner or computes a bound, and no object changes after it
 * is made.
 */
package perseus.planner.problem;
