package perseus.attribution.result;

import java.util.List;

/**
 * Computes the mean power of GPUs while they are blocked (waiting). The mean is the energy used
 * while blocked, divided by the time spent blocked.
 *
 * @param joules energy used while blocked, in joules
 * @param seconds time spent blocked, in seconds
 * @param variance variance of the error of {@code joules}, in J^2; NaN if the method computes no
 *     standard errors
 */
public record MeanBlockingPower(double joules, double seconds, double variance) {
  /**
   * Limit of the relative standard error. A blocking power is used only if its relative standard
   * error is below this limit.
   */
  public static final double MAX_RELATIVE_STDERR = 0.25;

  /** Returns the mean over several frequencies of one or more ranks. */
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

  /** Returns the mean over several ranks. Ignores ranks that were never blocked. */
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

  /** Returns the mean blocking power of one GPU in watts; NaN if no GPU was ever blocked. */
  public double watts() {
    return joules / seconds;
  }

  /** Returns the standard error of {@link #watts}, in watts. */
  public double stderrWatts() {
    return Math.sqrt(variance) / seconds;
  }

  /** Returns the standard error of {@link #watts} as a share of {@link #watts}. */
  public double relativeStderr() {
    return Math.sqrt(variance) / joules;
  }
}
