/**
 * Checks, by times and energies of all ranks, whether the GPUs really ran at the clocks that the
 * rows of the profile name.
 *
 * <p>If rows of the profile may be wrong, a check adds a warning with the cause and increases their
 * standard errors.
 *
 * <p>Each check is one class that implements {@link perseus.attribution.check.ClockCheck}. To add a
 * check, write a class and add it to the list in {@link perseus.attribution.check.ClockChecks}.
 */
package perseus.attribution.check;
