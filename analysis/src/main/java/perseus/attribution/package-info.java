/**
 * Computes the energy of each kind of instruction on each rank, although one update of the energy
 * counter often covers several instructions.
 *
 * <p>The package {@link perseus.recording} reads the recorded files, and {@link perseus.profile}
 * combines ranks into stages.
 */
package perseus.attribution;
