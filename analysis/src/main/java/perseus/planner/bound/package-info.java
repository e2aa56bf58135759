/**
 * Computes the lower bound L(T), exactly or with a certificate, and relaxed solutions along it.
 *
 * <p>No duration is rounded to one of the options here, and no plan is made.
 */
package perseus.planner.bound;
