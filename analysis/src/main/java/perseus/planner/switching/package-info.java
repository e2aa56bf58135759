/**
 * Searches for plans, and computes a lower bound, in problems in which a change of clock takes
 * time.
 *
 * <p>Small problems in which changes of clock take no time are searched here, too, by {@link
 * perseus.planner.switching.ClockBeam}.
 */
package perseus.planner.switching;
