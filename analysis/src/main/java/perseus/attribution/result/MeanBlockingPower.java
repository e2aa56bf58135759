package perseus.attribution.result;

import java.util.List;

/**
 * Holds the mean power of one or more GPUs while they are blocked (waiting). The mean blocking
 * power is the energy during blocked times, divided by the blocked time.
 *
 * @param joules energy of the GPUs during blocked times, in joules
 * @param seconds blocked time in seconds, summed over all GPUs
 * @param variance variance of the error of {@code joules} in J^2, or NaN if it is unknown
 */
public record MeanBlockingPower(double joules, double seconds, double variance) {
  /** Maximum relative standard error of a blocking power that is precise enough to be used. */
  public static final double MAX_RELATIVE_STDERR = 0.25;

  /**
   * Returns the mean blocking power over the given ranks and frequencies. Each element of {@code
   * windows} holds the energies of one rank at one frequency. The elements of {@code windows} may
   * belong to several ranks.
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
   * Returns the mean blocking power over the ranks whose blocking power is known well enough
   * ({@link #isCertain}). If the blocking power of no rank is known well enough, returns the mean
   * over all ranks.
   *
   * <p>A rank that hardly waits is left out, because its fitted blocking power may be far from the
   * true power. Its waiting time may be as short as the errors of the recorded times.
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
   * Returns whether a GPU was ever blocked (waiting), and the relative standard error of its
   * blocking power is at most {@link #MAX_RELATIVE_STDERR}. A blocking power without a standard
   * error counts as certain.
   */
  public boolean isCertain() {
    return seconds > 0 && !(relativeStderr() > MAX_RELATIVE_STDERR);
  }

  /** Returns the standard error of the mean blocking power, in watts. */
  public double stderrWatts() {
    return Math.sqrt(variance) / seconds;
  }

  /**
   * Returns the standard error of the mean blocking power, as a fraction of the mean blocking
   * power.
   */
  public double relativeStderr() {
    return Math.sqrt(variance) / joules;
  }
}
