package perseus.gpu.sim;

/**
 * Describes one phase (part) of an instruction. Within a phase, the fraction of time that the GPU
 * spends in compute-bound kernels is constant. At a fixed clock, the power of the GPU is constant
 * within a phase.
 *
 * @param computeSeconds time in seconds that the phase spends in compute-bound kernels at the
 *     highest clock of the GPU; at a lower clock, compute-bound kernels take longer
 * @param memorySeconds time in seconds that the phase spends in memory-bound kernels; this time
 *     does not depend on the clock of the GPU's multiprocessors (SM clock)
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
