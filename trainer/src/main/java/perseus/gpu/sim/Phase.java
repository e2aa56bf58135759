package perseus.gpu.sim;

/**
 * A part of an instruction with a constant mix of compute-bound and memory-bound kernels. At a
 * fixed clock its power is constant.
 *
 * @param computeSeconds time in compute-bound kernels at the GPU's highest clock; at lower clocks
 *     they take longer
 * @param memorySeconds time in memory-bound kernels, which does not depend on the SM clock
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
