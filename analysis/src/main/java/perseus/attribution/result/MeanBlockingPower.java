package perseus.attribution.result;

import java.util.List;

/**
 * Holds the mean power of the GPUs of one or more ranks while they are blocked (waiting), computed
 * from the results of an attribution method. The mean blocking power is computed from the blocking
 * powers and blocked times of {@link WindowEnergy} or {@link RankEnergy} objects. The mean blocking
 * power equals the energy that the GPUs used while they were blocked, divided by the time for which
 * they were blocked.
 *
 * @param joules energy that the GPUs used while they were blocked, in joules
 * @param seconds time for which the GPUs were blocked, summed over all GPUs, in seconds
 * @param variance variance of the error of {@code joules}, in J^2, or NaN if the attribution method
 *     computes no standard errors of blocking powers
 */
public record MeanBlockingPower(double joules, double seconds, double variance) {
  /**
   * Maximum relative standard error ({@link #relativeStderr}) of a mean blocking power that is
   * certain enough to be used.
   */
  public static final double MAX_RELATIVE_STDERR = 0.25;

  /**
   * Returns the mean blocking power over all given windows. A window holds the energies of one rank
   * at one frequency. The given windows may belong to several ranks.
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
   * Returns the mean blocking power over the ranks whose own blocking power is certain ({@link
   * #isCertain}). If it is certain for no rank, returns the mean over all ranks.
   *
   * <p>A rank that hardly waits can have any fitted blocking power: the errors of its recorded
   * times are as long as its waits. Such a power must not change the mean.
   */
  public static MeanBlockingPower overCertainRanks(List<RankEnergy> ranks) {
    List<RankEnergy> certain =
        ranks.stream().filter(rank -> rank.blockingPower().isCertain()).toList();
    return overRanks(certain.isEmpty() ? ranks : certain);
  }

  /**
   * Returns the mean blocking power over all given ranks and all their frequencies. Ranks that were
   * never blocked are ignored.
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

  /** Returns the mean blocking power of one GPU in watts, or NaN if no GPU was ever blocked. */
  public double watts() {
    return joules / seconds;
  }

  /**
   * Returns whether a GPU was ever blocked and the relative standard error is at most {@link
   * #MAX_RELATIVE_STDERR}. A blocking power without a standard error counts as certain.
   */
  public boolean isCertain() {
    return seconds > 0 && !(relativeStderr() > MAX_RELATIVE_STDERR);
  }

  /** Returns the standard error of the mean blocking power, in watts. */
  public double stderrWatts() {
    return Math.sqrt(variance) / seconds;
  }

  /** Returns the standard error of the mean blocking power as a fraction of this power. */
  public double relativeStderr() {
    return Math.sqrt(variance) / joules;
  }
}
