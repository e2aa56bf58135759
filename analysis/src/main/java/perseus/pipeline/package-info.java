/**
 * Describes one training iteration: its instructions, the schedules that order them, and the DAG of
 * its operations.
 *
 * <p>No time, energy or frequency appears here, except the time of a transfer between stages.
 */
package perseus.pipeline;
