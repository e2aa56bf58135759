/**
 * States the planning problem and its solutions: options, requests, plans, frontiers, lower bounds.
 *
 * <p>No class of this package calls a planner or computes a lower bound, and no object of this
 * package changes after it is made.
 */
package perseus.planner.problem;
