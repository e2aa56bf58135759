/**
 * Runs the whole method of this project: lower bound, rounding and beam search, on all processors.
 *
 * <p>This package holds only the order of the steps and the threads; each step lives in its own
 * package.
 */
package perseus.planner.perseus;
