/**
 * Defines the GPUs of an agent, real or simulated, as the agent uses them for the ranks of a job.
 *
 * <p>Only these classes of the agent tell real GPUs from simulated ones.
 */
package perseus.agent.gpu;
