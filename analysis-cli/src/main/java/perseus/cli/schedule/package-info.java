/**
 * Reads pipeline schedules that users choose by flags: by name, or as a file with an order of
 * computations.
 *
 * <p>Commands, and classes of schedules, may not be in this package.
 */
package perseus.cli.schedule;
