/**
 * Defines the planning problem and its solutions: options (frequencies with time and energy),
 * requests to planners, plans, frontiers (results of planners), and lower bounds on the energy of
 * plans.
 *
 * <p>No class of this package calls a planner or computes a lower bound, and no object of this
 * package changes after it is made.
 */
package perseus.planner.problem;
