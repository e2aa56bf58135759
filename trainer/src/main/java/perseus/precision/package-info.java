/**
 * Estimates, while a round runs, the standard errors of the times and energies of its instructions.
 *
 * <p>The estimates only decide when a round may end. Code in {@code perseus.precision} may not
 * compute values of a profile, which is the work of the analysis.
 */
package perseus.precision;
