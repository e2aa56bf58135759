/**
 * Improves a rounded plan by beam search over the arcs of the event network.
 *
 * <p>A plan for which changes of clock take time is not improved here; that is {@link
 * perseus.planner.switching}.
 */
package perseus.planner.beam;
