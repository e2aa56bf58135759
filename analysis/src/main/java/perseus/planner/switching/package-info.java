/**
 * Searches for plans, and computes a lower bound, in problems in which a change of clock takes
 * time.
 *
 * <p>Where changes of clock take no time, nothing in this package is used.
 */
package perseus.planner.switching;
