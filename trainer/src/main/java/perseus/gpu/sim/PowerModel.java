package perseus.gpu.sim;

/**
 * Computes the power of a GPU from the clock f of its multiprocessors (SM) and the kind of kernels
 * that run.
 *
 * <pre>
 *   compute-bound:  P(f) = static + k * f * V(f)^2
 *   memory-bound:   P(f) = static + memory + s * k * f * V(f)^2
 *   V(f) = 1 + slope * max(0, f - knee)
 * </pre>
 *
 * <p>The symbol V in the formula is the supply voltage of the GPU divided by its minimum supply
 * voltage. The knee is the highest clock at which the GPU has its minimum voltage. At clocks up to
 * the knee (the highest clock at minimum voltage), a lower clock does not lower the voltage. At the
 * minimum voltage, a lower clock increases the energy of an instruction, because the instruction
 * runs for a longer time. The energy of an instruction is minimal near the knee (the highest clock
 * at minimum voltage).
 *
 * <p>A layer of a neural network alternates between compute-bound and memory-bound kernels within a
 * millisecond. The power of a layer is the time-weighted mean of the powers of its compute-bound
 * and memory-bound kernels.
 *
 * @param staticWatts power in watts that the GPU draws at any load and any clock
 * @param computeWattsPerMhz k in watts per MHz: dynamic power of fully used multiprocessors at
 *     minimum voltage, divided by their clock
 * @param memoryWatts additional power in watts of the GPU while its memory bandwidth is fully used
 * @param memoryBoundShare s: dynamic power of the multiprocessors in memory-bound kernels, divided
 *     by their dynamic power in compute-bound kernels
 * @param kneeMhz highest clock at which the GPU has its minimum voltage (the knee), in MHz
 * @param voltageSlopePerMhz increase of the voltage per MHz at clocks above {@code kneeMhz},
 *     divided by the minimum voltage
 * @param limitWatts power limit of the board, in watts
 * @param blockingWatts power in watts that the GPU draws while it waits for communication or data
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
   * Returns the mean power of the GPU in watts, as if the GPU had no power limit.
   *
   * @param clockMhz SM clock in MHz
   * @param computeShare fraction of time in compute-bound kernels, from 0 to 1
   */
  public double watts(double clockMhz, double computeShare) {
    double voltage = 1 + voltageSlopePerMhz * Math.max(0, clockMhz - kneeMhz);
    double dynamic = computeWattsPerMhz * clockMhz * voltage * voltage;
    double memoryShare = 1 - computeShare;
    return staticWatts
        + memoryShare * memoryWatts
        + (computeShare + memoryShare * memoryBoundShare) * dynamic;
  }

  PowerModel withLimitWatts(double watts) {
    return new PowerModel(
        staticWatts,
        computeWattsPerMhz,
        memoryWatts,
        memoryBoundShare,
        kneeMhz,
        voltageSlopePerMhz,
        watts,
        blockingWatts);
  }
}
