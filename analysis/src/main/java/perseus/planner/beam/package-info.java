/**
 * Improves rounded plans by beam search over the arcs of the event network.
 *
 * <p>Changes of clock take no time here; plans in which they take time are made in {@link
 * perseus.planner.switching}.
 */
package perseus.planner.beam;
