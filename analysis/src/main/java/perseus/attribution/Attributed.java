package perseus.attribution;

import java.util.List;

/**
 * A recording's energy, attributed to instructions and blocking.
 *
 * @param method {@code deconvolution} or {@code interpolation}
 * @param lagSeconds how far the counter's readings lag behind, shared by all ranks; NaN where the
 *     method has none
 * @param lagStderrSeconds standard error of it
 * @param blockingWatts power of one GPU while blocked, over all ranks; NaN where it is unknown
 * @param ranks each rank, in order
 */
public record Attributed(
    String method,
    double lagSeconds,
    double lagStderrSeconds,
    double blockingWatts,
    List<RankEnergy> ranks) {

  /** Mean power in watts while blocked, over {@code ranks}; NaN where none ever blocked. */
  static double blockingWatts(List<RankEnergy> ranks) {
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
