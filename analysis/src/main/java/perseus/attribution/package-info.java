/**
 * Computes the energy of each kind of instruction on each rank, from an energy counter that is
 * updated less often than instructions change.
 *
 * <p>No file is read here and no values of several ranks are combined into stages: {@link
 * perseus.recording} reads the files, and {@link perseus.profile} combines the ranks.
 */
package perseus.attribution;
