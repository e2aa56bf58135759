/**
 * Evaluates plans as the Perseus paper (SOSP 2024) does: its tables 3, 4 and 6, its fleets with a
 * straggler and its frontiers, from published measurements and from profiles of the user.
 *
 * <p>Measured values of others may not be in this package, except figures that they published, with
 * their source.
 */
package perseus.evaluation;
