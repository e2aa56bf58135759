package perseus.model.layer;

/**
 * What a piece of a model asks of a GPU: enough to tell how long it takes on a given one.
 *
 * @param matmulFlops floating-point operations in matrix products and convolutions, a multiply-add
 *     counted as two
 * @param memoryBytes bytes that element-wise and normalization kernels move between memory and the
 *     multiprocessors
 */
public record KernelWork(double matmulFlops, double memoryBytes) {
  public static final KernelWork NONE = new KernelWork(0, 0);

  public KernelWork plus(KernelWork other) {
    return new KernelWork(matmulFlops + other.matmulFlops, memoryBytes + other.memoryBytes);
  }

  public KernelWork times(double factor) {
    return new KernelWork(matmulFlops * factor, memoryBytes * factor);
  }
}
