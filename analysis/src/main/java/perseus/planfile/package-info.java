/**
 * Reads and writes plans on disk: plan files, the directory of a planning with its catalog and
 * summary, and the choice of one plan for a goal.
 *
 * <p>Code that computes plans belongs to {@link perseus.planner}, and code that draws charts
 * belongs to {@code perseus.chart}; neither may be here.
 */
package perseus.planfile;
