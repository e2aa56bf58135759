/**
 * Learns the order of a rank's instructions from its first iteration, and checks that later
 * iterations have the same order.
 *
 * <p>No class in {@code perseus.agent.order} knows GPUs or schedulers.
 */
package perseus.agent.order;
