/**
 * Holds the planners that others published, to compare with.
 *
 * <p>They evaluate plans with the code of {@link perseus.planner.problem}; they share no search
 * with {@link perseus.planner.perseus}, except that one of them runs it on fitted curves.
 */
package perseus.planner.baseline;
