package perseus.model.layer;

/**
 * Work of one or more GPU kernels, counted so that their time on a given GPU can be computed.
 *
 * @param matmulFlops floating-point operations in matrix products and convolutions; a multiply-add
 *     counts as two
 * @param memoryBytes bytes that element-wise and normalization kernels move between memory and the
 *     multiprocessors
 */
public record KernelWork(double matmulFlops, double memoryBytes) {
  public static final KernelWork NONE = new KernelWork(0, 0);

  public KernelWork plus(KernelWork other) {
    return new KernelWork(matmulFlops + other.matmulFlops, memoryBytes + other.memoryBytes);
  }
}
