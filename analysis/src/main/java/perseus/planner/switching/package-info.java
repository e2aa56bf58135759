/**
 * Searches for plans, and computes a lower bound on their energy, in problems in which a clock
 * change takes time.
 *
 * <p>This package also searches small problems in which clock changes take no time ({@link
 * perseus.planner.switching.ClockBeam}).
 */
package perseus.planner.switching;
