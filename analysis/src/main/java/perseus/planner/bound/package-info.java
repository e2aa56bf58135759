/**
 * Computes the lower bound L(T) on the energy of plans with makespan T, exactly or with a known
 * maximum error, and solutions of the relaxed problem (durations may lie between two options).
 *
 * <p>No class of this package rounds a duration to an option (frequency) or makes a plan.
 */
package perseus.planner.bound;
