/**
 * Estimates, while a round runs, the standard errors of the times and energies of its instructions.
 *
 * <p>The estimates only decide when a round (the iterations under one frequency schedule) may end.
 * Code in {@code perseus.precision} may not compute values of a profile, which is the task of the
 * module analysis.
 */
package perseus.precision;
