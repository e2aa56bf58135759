package perseus.job;

import perseus.gpu.ClocksInForce;

/**
 * Holds a rank's observations of its GPU in one round (the iterations under one frequency
 * schedule).
 *
 * @param neededSlowdown smallest slowdown with which the host finishes at least 90 % of the
 *     forwards and backwards before the simulated GPU; 1 on a real GPU. The slowdown is the time of
 *     an instruction on the simulated GPU at the highest clock, divided by the time that a host
 *     without other work needs to compute it.
 * @param lateness number of instructions that the host finished later than the simulated GPU, and
 *     the sum of these delays
 * @param clocks SM clocks that were in force; null on a simulated GPU, because it always runs at
 *     the requested clock
 */
public record DeviceReport(double neededSlowdown, Lateness lateness, ClocksInForce clocks) {

  /** Returns the report of a real GPU. */
  public static DeviceReport ofRealGpu(ClocksInForce clocks) {
    return new DeviceReport(1, Lateness.NONE, clocks);
  }
}
