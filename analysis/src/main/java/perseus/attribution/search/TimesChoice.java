package perseus.attribution.search;

import java.util.List;
import perseus.attribution.activity.MarkedRank;

/**
 * Chooses the times of readings that explain the readings best. A choice may correct times, or
 * leave readings out whose times are wrong.
 *
 * <p>The choice with the smallest v / sqrt(n) wins, where v is the variance of the residuals with
 * the best kernel, and n is the number of readings that are left. With independent errors, v / n
 * would measure the errors of fitted powers. But wrong times are not independent errors: they shift
 * energy from one instruction to its neighbour. So fewer readings with right times are preferred.
 * Few readings are fitted too well by chance; the corrected criterion of Akaike (Hurvich and Tsai,
 * Biometrika 76, 1989) allows for this.
 */
final class TimesChoice<T> {
  private final Channel channel;
  private final long recorded;
  private double least = Double.POSITIVE_INFINITY;
  private T best;
  private List<MarkedRank> ranks;
  private KernelSearch.Candidate plain;

  /**
   * @param recorded ranks with the recorded times
   */
  TimesChoice(List<MarkedRank> recorded, Channel channel) {
    this.channel = channel;
    this.recorded = readings(recorded);
    ranks = recorded;
  }

  /**
   * Compares one more choice with the best one so far. The first choice is the recorded times;
   * another choice with too few readings is ignored.
   *
   * @param changed ranks with the times of this choice
   * @param search search for a kernel with these times
   */
  void compare(T choice, List<MarkedRank> changed, KernelSearch search) {
    double n = search.readings();
    double powers = search.powers();
    boolean isFirst = plain == null;
    if (!isFirst && n <= powers + 1) {
      return;
    }
    KernelSearch.Candidate candidate = search.plain();
    double score = n > powers + 1 ? score(changed, search, candidate, n, powers) : least;
    if (isFirst || score < least) {
      least = score;
      best = choice;
      ranks = changed;
      plain = candidate;
    }
  }

  private double score(
      List<MarkedRank> changed,
      KernelSearch search,
      KernelSearch.Candidate candidate,
      double n,
      double powers) {
    double misfit =
        search.others(candidate).stream()
            .mapToDouble(KernelSearch.Candidate::misfit)
            .reduce(candidate.misfit(), Math::min);
    double kept = (double) readings(changed) / recorded;
    return misfit / n + 2 * powers / (n - powers - 1) - Math.log(kept) / 2;
  }

  /** Returns the best choice. */
  T best() {
    return best;
  }

  /** Returns the ranks with the best times. */
  List<MarkedRank> ranks() {
    return ranks;
  }

  /** Returns the best plain kernel with the best times. */
  KernelSearch.Candidate plain() {
    return plain;
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
