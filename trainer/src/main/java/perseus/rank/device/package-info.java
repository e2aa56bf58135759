/**
 * Paces computations as a simulated GPU on the wall clock would, and measures how well the host
 * keeps up.
 *
 * <p>No tensor is touched here.
 */
package perseus.rank.device;
