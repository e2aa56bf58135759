/**
 * Checks, by times and energies of all ranks, whether the clocks were in force that the rows of the
 * profile name.
 *
 * <p>A doubt causes a warning that names its cause, and widens the standard errors of the affected
 * rows.
 *
 * <p>Each check is one class that implements {@link perseus.attribution.check.ClockCheck}. To add a
 * check, write a class and add it to the list in {@link perseus.attribution.check.ClockChecks}.
 */
package perseus.attribution.check;
