/**
 * Plans where a change of clock takes time.
 *
 * <p>Where changes are free nothing of this is used.
 */
package perseus.planner.switching;
