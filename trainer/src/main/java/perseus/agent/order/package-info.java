/**
 * Learns the order of a rank's instructions from its first iteration, and checks that later
 * iterations have the same order.
 *
 * <p>Code in {@code perseus.agent.order} may not use GPUs or schedulers.
 */
package perseus.agent.order;
