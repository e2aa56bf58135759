/**
 * Holds planners that others published, for comparison.
 *
 * <p>They evaluate plans with the code of {@link perseus.planner.problem}. They share no search
 * with {@link perseus.planner.perseus}, except that one of them runs it on fitted curves.
 */
package perseus.planner.baseline;
