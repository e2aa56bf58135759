package perseus.job;

import perseus.gpu.ClocksInForce;

/**
 * Holds the observations of a rank about its GPU in one round (the iterations under one frequency
 * schedule).
 *
 * @param neededSlowdown the smallest factor by which simulated time must run slower than real time,
 *     so that the host keeps up with the simulated GPU in most instructions ({@link
 *     Command.BeginRound}); 1 on a real GPU
 * @param lateness how often the host was slower than the simulated GPU, and by how many seconds
 * @param clocks the SM clocks that were in force; null on a simulated GPU, which always runs at the
 *     requested clock
 */
public record DeviceReport(double neededSlowdown, Lateness lateness, ClocksInForce clocks) {

  /** Returns the report of a real GPU. */
  public static DeviceReport ofRealGpu(ClocksInForce clocks) {
    return new DeviceReport(1, Lateness.NONE, clocks);
  }
}
