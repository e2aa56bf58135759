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
  private Found<T> found;

  /**
   * Holds a choice with the kernels that were found for it.
   *
   * @param ranks ranks with the times of this choice
   * @param search search for a kernel with these times
   * @param plain best plain kernel
   * @param others best kernel of each other family of kernels ({@link KernelSearch}), the best one
   *     first
   */
  record Found<T>(
      T choice,
      List<MarkedRank> ranks,
      KernelSearch search,
      KernelSearch.Candidate plain,
      List<KernelSearch.Candidate> others) {}

  /**
   * @param recorded ranks with the recorded times
   */
  TimesChoice(List<MarkedRank> recorded, Channel channel) {
    this.channel = channel;
    this.recorded = readings(recorded);
  }

  /**
   * Compares one more choice with the best one so far. The first choice is the recorded times;
   * another choice with too few readings is ignored.
   *
   * @param changed ranks with the times of this choice
   * @param search search for a kernel with these times
   */
  void compare(T choice, List<MarkedRank> changed, KernelSearch search) {
    boolean hasEnough = search.readings() > search.powers() + 1;
    if (found != null && !hasEnough) {
      return;
    }
    KernelSearch.Candidate plain = search.plain();
    Found<T> candidate = new Found<>(choice, changed, search, plain, search.others(plain));
    double score = hasEnough ? score(candidate) : Double.POSITIVE_INFINITY;
    if (found == null || score < least) {
      least = score;
      found = candidate;
    }
  }

  private double score(Found<T> candidate) {
    double n = candidate.search.readings();
    double powers = candidate.search.powers();
    double misfit =
        candidate.others.stream()
            .mapToDouble(KernelSearch.Candidate::misfit)
            .reduce(candidate.plain.misfit(), Math::min);
    double kept = (double) readings(candidate.ranks) / recorded;
    return misfit / n + 2 * powers / (n - powers - 1) - Math.log(kept) / 2;
  }

  /** Returns the best choice. */
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
