/**
 * Runs one rank of a job in its own process: executes instructions on tensors and exchanges them
 * with other ranks.
 *
 * <p>Other ranks' fate is decided in {@link perseus.job.node0}, not here.
 */
package perseus.rank;
