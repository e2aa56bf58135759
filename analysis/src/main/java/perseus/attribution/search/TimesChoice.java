package perseus.attribution.search;

import java.util.List;
import perseus.attribution.activity.MarkedRank;

/**
 * Chooses between recorded and corrected times of sensor readings. A correction of sensor readings
 * changes their times, or leaves out readings with wrong times.
 *
 * <p>For n readings with the residual variance v, the class chooses the recorded or corrected times
 * that give the smallest v / sqrt(n). Wrong times cause correlated errors. The quotient v / n would
 * prefer many readings with wrong times to few readings with right times. The corrected Akaike
 * criterion (Hurvich and Tsai, Biometrika 76, 1989) compensates for the chance of a good fit to few
 * readings.
 */
final class TimesChoice<T> {
  private final Channel channel;
  private final long recorded;
  private double least = Double.POSITIVE_INFINITY;
  private Found<T> found;

  /**
   * Holds corrected times of readings, and the sensor models that best explain the readings at
   * these times.
   *
   * @param ranks ranks with the corrected times
   * @param search search for the lag and smoothing with the corrected times
   * @param plain best sensor with only a lag
   * @param others best sensor with each kind of smoothing ({@link KernelSearch}), in ascending
   *     order of -2 log likelihood
   */
  record Found<T>(
      T choice,
      List<MarkedRank> ranks,
      KernelSearch search,
      KernelChoice.Candidate plain,
      List<KernelChoice.Candidate> others) {}

  /**
   * @param recorded ranks with the recorded times
   */
  TimesChoice(List<MarkedRank> recorded, Channel channel) {
    this.channel = channel;
    this.recorded = readings(recorded);
  }

  /**
   * Compares one more correction of the sensor readings with the best correction so far. The first
   * call must compare the recorded times of readings. A correction that leaves too few readings is
   * ignored.
   *
   * @param changed ranks with the corrected times
   * @param search search for the lag and smoothing with the corrected times
   */
  void compare(T choice, List<MarkedRank> changed, KernelSearch search) {
    boolean hasEnough = hasEnough(search);
    if (found != null && !hasEnough) {
      return;
    }
    KernelChoice.Candidate plain = search.plain();
    Found<T> candidate = new Found<>(choice, changed, search, plain, search.others(plain));
    double score = hasEnough ? score(candidate) : Double.POSITIVE_INFINITY;
    if (found == null || score < least) {
      least = score;
      found = candidate;
    }
  }

  /**
   * Returns whether the search has more readings than fitted powers, which the corrected Akaike
   * criterion needs.
   */
  static boolean hasEnough(KernelSearch search) {
    return search.readings() > search.powers() + 1;
  }

  private double score(Found<T> candidate) {
    double n = candidate.search.readings();
    double powers = candidate.search.powers();
    double misfit =
        candidate.others.stream()
            .mapToDouble(KernelChoice.Candidate::misfit)
            .reduce(candidate.plain.misfit(), Math::min);
    double kept = (double) readings(candidate.ranks) / recorded;
    return misfit / n + 2 * powers / (n - powers - 1) - Math.log(kept) / 2;
  }

  /** Returns the chosen times of readings, and the best sensors for these times. */
  Found<T> best() {
    return found;
  }

  private long readings(List<MarkedRank> from) {
    return from.stream()
        .flatMap(rank -> rank.rank().windows().stream())
        .flatMap(window -> window.segments().stream())
        .mapToLong(
            segment ->
                channel == Channel.COUNTER ? segment.energy().size() : segment.samples().size())
        .sum();
  }
}
