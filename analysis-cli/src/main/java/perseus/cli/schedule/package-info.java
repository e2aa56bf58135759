/**
 * Holds the flags' view of pipeline schedules: their names, and files with an order of
 * computations.
 *
 * <p>No command is here, and no schedule.
 */
package perseus.cli.schedule;
