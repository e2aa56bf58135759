/**
 * Evaluates plans as the Perseus paper (SOSP 2024) does: its tables 3, 4 and 6, its fleets with a
 * straggler and its frontiers, from published measurements and from profiles of the user.
 *
 * <p>This package may not contain measurements of other people, except numbers that they published.
 * The source of each number must be stated.
 */
package perseus.evaluation;
