/**
 * Reads and writes plans on disk: plan files, the directory of a planning with its catalog and
 * summary, and the choice of one plan for a goal.
 *
 * <p>Plans are computed in {@link perseus.planner}, not here; charts are drawn in {@code
 * perseus.chart}.
 */
package perseus.planfile;
