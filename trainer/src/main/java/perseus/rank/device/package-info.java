/**
 * Makes computations take as long on the wall clock as on a simulated GPU, whose times, power and
 * energies follow a model, and measures how often the host is slower.
 *
 * <p>No class here computes tensors or measures a real GPU.
 */
package perseus.rank.device;
