package perseus.attribution.result;

import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the energy of a recording, divided among kinds of instructions and blocking. A GPU is
 * blocked while it waits.
 *
 * @param method method that computed the energies: {@code deconvolution} or {@code interpolation}
 * @param sensor estimated parameters with which all energy counters measure power; null if the
 *     method does not estimate them
 * @param lagStderrSeconds standard error of the sensor's lag in seconds; NaN if the method does not
 *     estimate the lag
 * @param blockingWatts mean power of one GPU while it is blocked, over all ranks, in watts; NaN if
 *     unknown
 * @param ranks energy of each rank, in the order of ranks
 */
public record Attributed(
    String method,
    Sensor sensor,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks) {

  /** Returns the sensor's lag in seconds; NaN if the method does not estimate the lag. */
  public double lagSeconds() {
    return sensor == null ? Double.NaN : sensor.lagSeconds();
  }
}
