/**
 * Reads the sensors of NVIDIA GPUs and sets their clocks through NVIDIA's library NVML. Finds the
 * GPUs that CUDA_VISIBLE_DEVICES selects.
 *
 * <p>Code that computes on a GPU may not be in {@code perseus.gpu.nvml}. Code that decides when a
 * clock is set may not be in {@code perseus.gpu.nvml}.
 */
package perseus.gpu.nvml;
