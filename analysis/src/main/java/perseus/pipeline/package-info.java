/**
 * Describes one training iteration: its instructions, the schedules that order them, and the DAG of
 * its operations.
 *
 * <p>No energy, power or frequency appears in this package, and no time except the transfer time
 * between stages.
 */
package perseus.pipeline;
