package perseus.gpu.sim;

/**
 * Power of a GPU as a function of its SM clock f and of the kernels that run.
 *
 * <pre>
 *   compute-bound:  P(f) = static + k * f * V(f)^2
 *   memory-bound:   P(f) = static + memory + s * k * f * V(f)^2
 *   V(f) = 1 + slope * max(0, f - knee)
 * </pre>
 *
 * <p>V is the supply voltage relative to its minimum. Below the knee, a lower clock does not lower
 * the voltage further, so that the longer running time costs more energy than the lower power
 * saves. An instruction therefore takes its minimum energy near the knee. A layer alternates
 * between both kinds of kernels within a millisecond; its power is their mean, weighted by time.
 *
 * @param staticWatts power that is drawn at any load
 * @param computeWattsPerMhz k, the dynamic power of fully used SMs per MHz at minimum voltage
 * @param memoryWatts additional power of fully used memory
 * @param memoryBoundShare s, the share of the SMs' dynamic power in memory-bound kernels
 * @param kneeMhz the knee, the highest clock at minimum voltage
 * @param voltageSlopePerMhz increase of the relative voltage per MHz above the knee
 * @param limitWatts power limit of the board
 * @param blockingWatts power while the GPU waits for communication or data
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
   * Mean power in watts, ignoring the power limit.
   *
   * @param clockMhz SM clock
   * @param computeShare share of the time in compute-bound kernels, 0 to 1
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
