package perseus.attribution.result;

import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * A recording's energy, attributed to instructions and blocking.
 *
 * @param method {@code deconvolution} or {@code interpolation}
 * @param sensor how the counter sees power, the same for all ranks; null where the method does not
 *     ask
 * @param lagStderrSeconds standard error of its lag
 * @param blockingWatts power of one GPU while blocked, over all ranks; NaN where it is unknown
 * @param ranks each rank, in order
 */
public record Attributed(
    String method,
    Sensor sensor,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks) {

  /** How far the counter's readings lag behind; NaN where the method does not ask. */
  public double lagSeconds() {
    return sensor == null ? Double.NaN : sensor.lagSeconds();
  }

  /** Mean power in watts while blocked, over {@code ranks}; NaN where none ever blocked. */
  public static double blockingWatts(List<RankEnergy> ranks) {
    double joules = 0;
    double seconds = 0;
    for (RankEnergy rank : ranks) {
      if (rank.blockingSeconds() > 0) {
        joules += rank.blockingWatts() * rank.blockingSeconds();
        seconds += rank.blockingSeconds();
      }
    }
    return joules / seconds;
  }
}
