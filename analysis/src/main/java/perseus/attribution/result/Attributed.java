package perseus.attribution.result;

import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the result of an attribution method for a whole job. The class {@code Attributed} contains
 * the energies of all ranks and the lag and smoothing of the energy counters. The energy of each
 * rank is divided between its instructions and blocking (waiting). A GPU is called blocked while it
 * waits.
 *
 * @param method name of the method that computed the energies, such as {@code deconvolution}
 * @param sensor lag and smoothing of the energy counters of all ranks; null if the method does not
 *     estimate them
 * @param lagStderrSeconds standard error of the energy counters' lag in seconds, or NaN if the
 *     method does not estimate the lag
 * @param blockingWatts mean power of a blocked GPU over all ranks, in watts; NaN if it is unknown
 * @param ranks energies of each rank, in ascending order of the global rank
 * @param heat temperature correction of the energies; null if the temperature is unknown or the
 *     energies are not corrected
 */
public record Attributed(
    String method,
    Sensor sensor,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks,
    Heat heat) {

  /**
   * Returns the lag of the energy counters in seconds, or NaN if the method does not estimate the
   * lag.
   */
  public double lagSeconds() {
    return sensor == null ? Double.NaN : sensor.lagSeconds();
  }
}
