/**
 * Defines the planning problem, plans, and lower bounds on the energy of plans. The package also
 * defines requests to planners, and frequencies with measured time and energy.
 *
 * <p>No class of this package calls a planner or computes a lower bound. Objects of this package
 * are immutable.
 */
package perseus.planner.problem;
