/**
 * Runs the whole method of this project: bound, rounding, beam search, on all processors.
 *
 * <p>Each step is in a package of its own; only their order and the threads are here.
 */
package perseus.planner.perseus;
