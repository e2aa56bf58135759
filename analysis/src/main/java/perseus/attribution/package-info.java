/**
 * Computes the energy of each kind of instruction on each rank, although one update of the energy
 * counter often covers several instructions.
 *
 * <p>The classes of {@code perseus.attribution} read no file and do not combine the values of ranks
 * into values of stages, because {@link perseus.recording} reads the files, and {@link
 * perseus.profile} combines the ranks.
 */
package perseus.attribution;
