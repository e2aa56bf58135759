/**
 * Computes the lower bound L(T) on the energy of plans with makespan T, exactly or with a
 * certificate, and solutions of the relaxed problem.
 *
 * <p>No class of this package rounds a duration to an option or makes a plan.
 */
package perseus.planner.bound;
