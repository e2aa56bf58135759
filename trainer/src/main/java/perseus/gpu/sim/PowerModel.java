package perseus.gpu.sim;

/**
 * Computes the power of a GPU from its SM clock f and the kind of kernels that run.
 *
 * <pre>
 *   compute-bound:  P(f) = static + k * f * V(f)^2
 *   memory-bound:   P(f) = static + memory + s * k * f * V(f)^2
 *   V(f) = 1 + slope * max(0, f - knee)
 * </pre>
 *
 * <p>V is the supply voltage divided by the minimum voltage. The knee is the highest clock at
 * minimum voltage. Below the knee, a lower clock does not lower the voltage. Then the lower power
 * saves less energy than the longer running time costs. The energy of an instruction is therefore
 * minimal near the knee.
 *
 * <p>A layer alternates between both kinds of kernels within a millisecond. The power of a layer is
 * the mean of the powers of both kinds of kernels, weighted by time.
 *
 * @param staticWatts power at any load, in watts
 * @param computeWattsPerMhz k: dynamic power of fully used SMs at minimum voltage, in watts per MHz
 * @param memoryWatts additional power of fully used memory, in watts
 * @param memoryBoundShare s: dynamic power of the SMs in memory-bound kernels, divided by their
 *     dynamic power in compute-bound kernels
 * @param kneeMhz the knee: highest clock at minimum voltage, in MHz
 * @param voltageSlopePerMhz increase of V per MHz above the knee
 * @param limitWatts power limit of the board, in watts
 * @param blockingWatts power while the GPU waits for communication or data, in watts
 */
public record PowerModel(
    double staticWatts,
    double computeWattsPerMhz,
    double memoryWatts,
    double memoryBoundShare,
    double kneeMhz,
    double voltageSlopePerMhz,
    double limitWatts,
    double blockingWatts) {

  /**
   * Returns the mean power in watts, without the power limit.
   *
   * @param clockMhz SM clock in MHz
   * @param computeShare fraction of the time that is spent in compute-bound kernels, from 0 to 1
   */
  public double watts(double clockMhz, double computeShare) {
    double voltage = 1 + voltageSlopePerMhz * Math.max(0, clockMhz - kneeMhz);
    double dynamic = computeWattsPerMhz * clockMhz * voltage * voltage;
    double memoryShare = 1 - computeShare;
    return staticWatts
        + memoryShare * memoryWatts
        + (computeShare + memoryShare * memoryBoundShare) * dynamic;
  }
}
