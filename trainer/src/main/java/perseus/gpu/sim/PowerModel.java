package perseus.gpu.sim;

/**
 * Power of a busy GPU as a function of its SM clock {@code f} and of what runs.
 *
 * <pre>
 *   compute-bound:  P(f) = static + k * f * V(f)^2
 *   memory-bound:   P(f) = static + memory + s * k * f * V(f)^2
 *   V(f) = 1 + slope * max(0, f - knee)
 * </pre>
 *
 * V is the supply voltage relative to its floor: below the knee a lower clock no longer lowers the
 * voltage, so that running longer costs more than it saves. That puts the least energy of an
 * instruction at the knee. A layer alternates between both kinds of kernels within a millisecond;
 * its power is their mean, weighted by time.
 *
 * @param staticWatts what flows whatever runs
 * @param computeWattsPerMhz k: dynamic power of fully used SMs per MHz at the voltage's floor
 * @param memoryWatts additional power of memory in full use
 * @param memoryBoundShare s: share of the SMs' dynamic power in memory-bound kernels
 * @param kneeMhz highest clock at the voltage's floor
 * @param voltageSlopePerMhz relative voltage per MHz above the knee
 * @param limitWatts the board's power limit
 * @param blockingWatts power while blocked in communication
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
   * Mean power in watts, were there no limit.
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
