/**
 * Defines the messages between the agent and the ranks of a job, and the Unix socket that carries
 * them.
 *
 * <p>Code in {@code perseus.agent.wire} may not use schedulers or GPUs.
 */
package perseus.agent.wire;
