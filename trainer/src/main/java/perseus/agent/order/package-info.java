/**
 * Learns the order of a rank's instructions from its first iteration, and checks that later
 * iterations have it too.
 *
 * <p>No class in {@code perseus.agent.order} knows GPUs or schedulers.
 */
package perseus.agent.order;
