/**
 * Reads and writes plans: plan files, the catalog and summary of a directory of plans, and the
 * choice of one plan for a goal.
 *
 * <p>Plans are computed in {@link perseus.planner}, not here.
 */
package perseus.planfile;
