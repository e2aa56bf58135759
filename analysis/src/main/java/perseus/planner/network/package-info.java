/**
 * Turns a problem into integers and arrays: times in ticks, slopes in scaled watts, events and
 * arcs, option tables.
 *
 * <p>No class of this package optimizes anything or chooses an option.
 */
package perseus.planner.network;
