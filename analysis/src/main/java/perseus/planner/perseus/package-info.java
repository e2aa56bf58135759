/**
 * Runs the whole method of this project: lower bound, rounding and beam search, on all processors.
 *
 * <p>This package decides only the order of the steps and runs them on several threads; other
 * packages implement the steps.
 */
package perseus.planner.perseus;
