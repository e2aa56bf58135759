/**
 * Defines the real or simulated GPU of a rank as the agent uses it.
 *
 * <p>Code outside {@code perseus.agent.gpu} may not distinguish real GPUs from simulated GPUs.
 */
package perseus.agent.gpu;
