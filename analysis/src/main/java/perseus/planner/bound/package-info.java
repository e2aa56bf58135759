/**
 * Computes the lower bound on the energy of plans for each makespan, and solutions of the LP
 * relaxation of the planning problem.
 *
 * <p>No class of this package makes a plan.
 */
package perseus.planner.bound;
