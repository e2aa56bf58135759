package perseus.model.layer;

/**
 * Holds the work of one or more GPU kernels: floating-point operations and bytes. A simulated GPU
 * computes the time of GPU kernels from their work.
 *
 * @param matmulFlops number of floating-point operations in matrix products and convolutions; a
 *     multiply-add is two operations
 * @param memoryBytes number of bytes that element-wise and normalization kernels read from and
 *     write to the GPU's memory
 */
public record KernelWork(double matmulFlops, double memoryBytes) {
  public static final KernelWork NONE = new KernelWork(0, 0);

  public KernelWork plus(KernelWork other) {
    return new KernelWork(matmulFlops + other.matmulFlops, memoryBytes + other.memoryBytes);
  }
}
