/**
 * Makes the tables and frontiers (plans by time and energy) of the Perseus paper (SOSP 2024). The
 * data are published measurements and profiles of the user.
 *
 * <p>This package may not contain measurements of other people, except numbers that they published.
 * The source of each number must be stated.
 */
package perseus.evaluation;
