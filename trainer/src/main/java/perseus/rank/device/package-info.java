/**
 * Runs the instructions of a rank on a GPU, real or simulated, and measures their time and energy.
 *
 * <p>No class in {@code perseus.rank.device} computes tensors or calls the driver of a GPU
 * directly.
 */
package perseus.rank.device;
