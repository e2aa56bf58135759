/**
 * Turns a planning problem into arrays of integers. The arrays hold times, powers, the events and
 * arcs of an iteration, and the frequencies that each operation can have.
 *
 * <p>No class of this package minimizes energy or chooses the frequency of an operation.
 */
package perseus.planner.network;
