/**
 * Turns a planning problem into integers and arrays: times in ticks (integer units of time), powers
 * in scaled watts (integer units of power), the events and arcs of an iteration, and tables of
 * options (frequencies).
 *
 * <p>No class of this package minimizes energy or chooses the option of an operation.
 */
package perseus.planner.network;
