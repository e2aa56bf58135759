/**
 * Runs one rank of a job in its own process: executes instructions on tensors and exchanges tensors
 * with other ranks.
 *
 * <p>No class in {@code perseus.rank} handles the loss of another rank: the package {@link
 * perseus.job.node0} does that.
 */
package perseus.rank;
