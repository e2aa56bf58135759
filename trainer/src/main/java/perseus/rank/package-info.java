/**
 * Runs one rank of a job in its own process: executes instructions on tensors and exchanges tensors
 * with other ranks.
 *
 * <p>The loss of another rank is not handled here but in {@link perseus.job.node0}.
 */
package perseus.rank;
