/**
 * Turns a problem into integers and arrays: times in ticks, slopes in scaled watts, events and
 * arcs, option tables.
 *
 * <p>Nothing is optimized here, and nothing here chooses an option.
 */
package perseus.planner.network;
