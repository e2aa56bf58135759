/**
 * Searches for plans, and computes a lower bound on their energy, in problems in which a change of
 * clock (GPU frequency) takes time.
 *
 * <p>Small problems in which changes of clock take no time are searched here, too, by {@link
 * perseus.planner.switching.ClockBeam}.
 */
package perseus.planner.switching;
