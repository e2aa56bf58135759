package perseus.attribution;

import java.util.List;

/**
 * A recording's energy, attributed to instructions and blocking.
 *
 * @param method {@code deconvolution} or {@code interpolation}
 * @param lagSeconds how far the counter's readings lag behind, shared by all ranks; NaN where the
 *     method has none
 * @param lagStderrSeconds standard error of it
 * @param ranks each rank, in order
 */
public record Attributed(
    String method, double lagSeconds, double lagStderrSeconds, List<RankEnergy> ranks) {

  /** Mean power of one GPU in watts while blocked, over all ranks; NaN where none ever blocked. */
  public double blockingWatts() {
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
