package perseus.attribution.result;

import java.util.List;

/**
 * The mean power of GPUs while they are blocked, over windows or ranks, weighted by blocking time:
 * the energy used while blocked divided by the time spent blocked.
 *
 * @param joules energy used while blocked
 * @param seconds time spent blocked
 * @param variance variance of the error of {@code joules}, in J^2; NaN where the attribution has no
 *     standard errors
 */
public record MeanBlockingPower(double joules, double seconds, double variance) {
  /** Maximum relative standard error of a blocking power that is used. */
  public static final double MAX_RELATIVE_STDERR = 0.25;

  /** The mean over windows, of one rank or of several. */
  public static MeanBlockingPower overWindows(List<WindowEnergy> windows) {
    double joules = 0;
    double seconds = 0;
    double variance = 0;
    for (WindowEnergy window : windows) {
      double stderr = window.blockingStderrWatts() * window.blockingSeconds();
      joules += window.blockingWatts() * window.blockingSeconds();
      seconds += window.blockingSeconds();
      variance += stderr * stderr;
    }
    return new MeanBlockingPower(joules, seconds, variance);
  }

  /** The mean over ranks, without those that were never blocked. */
  public static MeanBlockingPower overRanks(List<RankEnergy> ranks) {
    double joules = 0;
    double seconds = 0;
    double variance = 0;
    for (RankEnergy rank : ranks) {
      if (rank.blockingSeconds() > 0) {
        double stderr = rank.blockingStderrWatts() * rank.blockingSeconds();
        joules += rank.blockingWatts() * rank.blockingSeconds();
        seconds += rank.blockingSeconds();
        variance += stderr * stderr;
      }
    }
    return new MeanBlockingPower(joules, seconds, variance);
  }

  /** The mean power of one GPU in watts; NaN where no GPU was ever blocked. */
  public double watts() {
    return joules / seconds;
  }

  /** Standard error of {@link #watts}, in watts. */
  public double stderrWatts() {
    return Math.sqrt(variance) / seconds;
  }

  /** Standard error of {@link #watts} as a share of it. */
  public double relativeStderr() {
    return Math.sqrt(variance) / joules;
  }
}
