package perseus.gpu.sim;

/**
 * A stretch of work of one mix of kernels, with its power constant while the clock is.
 *
 * @param computeSeconds time in compute-bound kernels at the GPU's highest clock; it grows as the
 *     clock falls
 * @param memorySeconds time in memory-bound kernels; the SM clock does not matter to them
 */
public record Phase(double computeSeconds, double memorySeconds) {
  Phase plus(Phase other) {
    return new Phase(computeSeconds + other.computeSeconds, memorySeconds + other.memorySeconds);
  }

  double totalSeconds() {
    return computeSeconds + memorySeconds;
  }

  double computeShare() {
    return computeSeconds / totalSeconds();
  }
}
