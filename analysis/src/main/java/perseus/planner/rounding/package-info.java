/**
 * Rounds a relaxed solution to options and uses up the slack that remains.
 *
 * <p>Nothing here searches wider than exchanges between neighbouring operations.
 */
package perseus.planner.rounding;
