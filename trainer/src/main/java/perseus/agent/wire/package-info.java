/**
 * Defines the messages between the agent and the recorders in the ranks of a job, and the Unix
 * socket over which they travel.
 *
 * <p>No class in {@code perseus.agent.wire} knows schedulers or GPUs.
 */
package perseus.agent.wire;
