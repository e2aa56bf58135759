package perseus.gpu.sim;

/**
 * Describes one part of an instruction (such as a forward) during which the power of the GPU is
 * constant at a fixed clock.
 *
 * @param computeSeconds time in seconds in compute-bound kernels at the highest clock of the GPU; a
 *     lower clock makes this time longer
 * @param memorySeconds time in seconds in memory-bound kernels, which does not depend on the SM
 *     clock of the GPU
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
