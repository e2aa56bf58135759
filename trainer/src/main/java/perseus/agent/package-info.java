/**
 * Runs the agent of `perseus-run`: it starts a training command of any framework, records what its
 * ranks report, and steers the clocks of their GPUs.
 *
 * <p>No class in {@code perseus.agent} computes tensors: the processes of the training command do
 * that.
 */
package perseus.agent;
