/**
 * Finds the energy of each kind of instruction on each rank, from an energy counter that changes
 * more slowly than instructions do.
 *
 * <p>No file is read here and nothing is joined over ranks: recordings come from {@link
 * perseus.recording}, stages are made in {@link perseus.profile}.
 */
package perseus.attribution;
