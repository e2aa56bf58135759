/**
 * Makes each computation take as long on the wall clock as on a simulated GPU, and measures how
 * often the host is slower than the simulated GPU.
 *
 * <p>No class in {@code perseus.rank.device} computes tensors or measures a real GPU.
 */
package perseus.rank.device;
