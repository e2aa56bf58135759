/**
 * Computes the lower bound L(T), exactly or with a certificate, and the relaxed solutions along it.
 *
 * <p>No operation is rounded to an option here.
 */
package perseus.planner.bound;
