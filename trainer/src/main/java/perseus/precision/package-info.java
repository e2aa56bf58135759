/**
 * Estimates, while a round runs, how well the times and energies of its instructions are known
 * already. The estimates only decide when a round may end; the analysis computes the energies of a
 * profile.
 */
package perseus.precision;
