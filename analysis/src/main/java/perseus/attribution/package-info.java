/**
 * Computes the energy of each kind of instruction on each rank, although one update of the energy
 * counter often covers several instructions.
 *
 * <p>No file is read here, and the values of ranks are not combined into values of stages: {@link
 * perseus.recording} reads the files, and {@link perseus.profile} combines the ranks.
 */
package perseus.attribution;
