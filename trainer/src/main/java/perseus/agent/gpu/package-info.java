/**
 * Defines the GPUs of an agent, real or simulated, as the agent uses them for the ranks of a job.
 *
 * <p>No class of the agent outside {@code perseus.agent.gpu} distinguishes real GPUs from simulated
 * GPUs.
 */
package perseus.agent.gpu;
