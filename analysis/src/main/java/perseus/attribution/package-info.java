/**
 * Computes the energy of each kind of instruction on each rank, from an energy counter that is
 * updated less often than instructions change.
 *
 * <p>No file is read here and nothing is joined over ranks: recordings come from {@link
 * perseus.recording}, stages are made in {@link perseus.profile}.
 */
package perseus.attribution;
