/**
 * Runs the agent of {@code perseus-run}: it starts a training command of any framework, records its
 * ranks, and sets the clocks of their GPUs.
 *
 * <p>Code in {@code perseus.agent} may not compute tensors, because the processes of the training
 * command compute them.
 */
package perseus.agent;
