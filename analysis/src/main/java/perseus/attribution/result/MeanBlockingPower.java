package perseus.attribution.result;

import java.util.List;

/**
 * Holds the mean power of the GPUs of one or more ranks while they are blocked (waiting), computed
 * from the results of an attribution method. The inputs are the blocking powers and blocked times
 * of {@link WindowEnergy} or {@link RankEnergy} objects. The mean equals the energy that the GPUs
 * used while they were blocked, divided by the time for which they were blocked.
 *
 * @param joules energy that the GPUs used while they were blocked, in joules
 * @param seconds time for which the GPUs were blocked, summed over all GPUs, in seconds
 * @param variance variance of the error of {@code joules}, in J^2; NaN if the attribution method
 *     computes no standard errors of blocking powers
 */
public record MeanBlockingPower(double joules, double seconds, double variance) {
  /**
   * Limit of {@link #relativeStderr}. A mean blocking power counts as too uncertain if its relative
   * standard error is above this limit.
   */
  public static final double MAX_RELATIVE_STDERR = 0.25;

  /**
   * Returns the mean over all given windows. A window holds the energies of one rank at one
   * frequency. The windows may belong to several ranks.
   */
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

  /**
   * Returns the mean over all given ranks and all their frequencies. Ignores ranks that were never
   * blocked.
   */
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
