package perseus.gpu.sim;

/**
 * Describes a phase: a part of an instruction in which the ratio of compute-bound to memory-bound
 * kernels is constant. At a fixed clock, the power within a phase is therefore constant.
 *
 * @param computeSeconds time in seconds that is spent in compute-bound kernels at the highest clock
 *     of the GPU; at a lower clock, these kernels take longer
 * @param memorySeconds time in seconds that is spent in memory-bound kernels; this time does not
 *     depend on the SM clock
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
