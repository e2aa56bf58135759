/**
 * Reads the sensors of NVIDIA GPUs and sets their clocks and power limits through NVIDIA's library
 * NVML, and finds the GPUs that CUDA_VISIBLE_DEVICES selects.
 *
 * <p>Code that computes on a GPU, and code that decides when a clock is set or reset, may not be in
 * {@code perseus.gpu.nvml}.
 */
package perseus.gpu.nvml;
