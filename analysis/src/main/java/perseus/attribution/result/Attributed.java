package perseus.attribution.result;

import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the result of an attribution method for a whole job. The result contains the energies of
 * all ranks and the parameters of the energy counters. The energy of each rank is divided among the
 * kinds of instruction and blocking. A GPU is called blocked while it waits.
 *
 * @param method name of the method that computed the energies, such as {@code deconvolution}
 * @param sensor estimated parameters of the energy counters, which are the same for all ranks; null
 *     if the method does not estimate them
 * @param lagStderrSeconds standard error of the lag (delay) of the energy counters, in seconds, or
 *     NaN if the method does not estimate the lag
 * @param blockingWatts mean power of one GPU while it is blocked, averaged over all ranks, in
 *     watts; NaN if it is unknown
 * @param ranks energies of each rank, in ascending order of the global rank
 * @param heat influence of the GPUs' temperature, for which the energies are corrected; null if the
 *     temperature is unknown or the method makes no such correction
 */
public record Attributed(
    String method,
    Sensor sensor,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks,
    Heat heat) {

  /**
   * Returns the lag (delay) of the energy counters in seconds, or NaN if the method does not
   * estimate the lag.
   */
  public double lagSeconds() {
    return sensor == null ? Double.NaN : sensor.lagSeconds();
  }
}
