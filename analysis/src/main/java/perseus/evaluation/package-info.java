/**
 * Makes the tables and frontiers of the Perseus paper (SOSP 2024) from published measurements and
 * from profiles of the user.
 *
 * <p>This package may not contain measurements of other people, except numbers that they published.
 * The source of each number must be stated.
 */
package perseus.evaluation;
