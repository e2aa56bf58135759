/**
 * Defines the planning problem and its solutions: frequencies with measured time and energy,
 * requests to planners, plans, and lower bounds on the energy of plans.
 *
 * <p>No class of this package calls a planner or computes a lower bound. Objects of this package
 * are immutable.
 */
package perseus.planner.problem;
