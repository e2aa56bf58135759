/**
 * Reads pipeline schedules that users choose by flags. A flag gives the name of a schedule, or a
 * file with the order of the computations.
 *
 * <p>Commands may not be in this package, and neither may classes that implement schedules.
 */
package perseus.cli.schedule;
