/**
 * Makes computations take as long on the wall clock as on a simulated GPU, and measures how well
 * the host keeps up. The GPU is simulated: its times, power and energies follow a model and are not
 * measurements of a real GPU.
 *
 * <p>No tensor is computed here.
 */
package perseus.rank.device;
