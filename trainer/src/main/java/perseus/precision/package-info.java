/**
 * Estimates, while a frequency schedule is in force, the standard errors of the times and energies
 * of instructions.
 *
 * <p>The estimated errors are used only to decide when a frequency schedule may end. Code in {@code
 * perseus.precision} may not compute values of a profile, which is the task of the module analysis.
 */
package perseus.precision;
