/**
 * Improves rounded plans by beam search over the arcs of the event network, which are operations
 * and precedences.
 *
 * <p>Clock changes take no time in this package; plans in which clock changes take time are made in
 * {@link perseus.planner.switching}.
 */
package perseus.planner.beam;
