/**
 * Reads and writes plan files and directories of plans with their catalog and summary, and chooses
 * one plan for a user's goal.
 *
 * <p>Code that computes plans belongs to {@link perseus.planner}, and code that draws charts
 * belongs to {@code perseus.chart}; neither may be in this package.
 */
package perseus.planfile;
