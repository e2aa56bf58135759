/**
 * Turns a problem into integers and arrays: times in ticks, slopes in scaled watts, events and
 * arcs, option tables.
 *
 * <p>No class of this package minimizes energy or chooses the option of an operation.
 */
package perseus.planner.network;
