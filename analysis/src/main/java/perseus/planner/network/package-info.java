/**
 * Turns a problem into integers and arrays: times in ticks, slopes in scaled watts, events and
 * arcs, option tables.
 *
 * <p>Nothing is solved here.
 */
package perseus.planner.network;
