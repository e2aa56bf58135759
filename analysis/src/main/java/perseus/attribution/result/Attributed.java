package perseus.attribution.result;

import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * The energy of a recording, attributed to kinds of instructions and to blocking.
 *
 * @param method {@code deconvolution} or {@code interpolation}
 * @param sensor how the counters of all ranks measure power; null where the method does not
 *     estimate it
 * @param lagStderrSeconds standard error of the sensor's lag; NaN where the method does not
 *     estimate it
 * @param blockingWatts mean power of one GPU while it is blocked, over all ranks; NaN where unknown
 * @param ranks the energy of each rank, in the order of ranks
 */
public record Attributed(
    String method,
    Sensor sensor,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks) {

  /** The sensor's lag in seconds; NaN where the method does not estimate it. */
  public double lagSeconds() {
    return sensor == null ? Double.NaN : sensor.lagSeconds();
  }
}
