/**
 * Describes one training iteration: its instructions, the schedules that order them, and the DAG of
 * its operations.
 *
 * <p>No energy, power or frequency appears here, and no time except that of transfers between
 * stages.
 */
package perseus.pipeline;
