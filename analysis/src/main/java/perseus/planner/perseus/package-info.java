/**
 * Runs the whole method of this project: lower bound, rounding and beam search, on all processors.
 *
 * <p>This package orders the steps of planning and runs them on several threads; other packages
 * implement the steps.
 */
package perseus.planner.perseus;
