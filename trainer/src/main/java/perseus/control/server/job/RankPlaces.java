package perseus.control.server.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.control.RankInfo;
import perseus.io.UserError;
import perseus.parallel.Degrees;

/** Checks that a job's ranks fill its pipelines. */
final class RankPlaces {
  private RankPlaces() {}

  /**
   * @throws UserError if two ranks claim one place, so that another is empty
   */
  static void requireComplete(Degrees degrees, List<RankInfo> ranks) {
    Set<Integer> places = new HashSet<>();
    for (RankInfo rank : ranks) {
      if (!places.add(degrees.rank(rank.dpRank(), rank.tpRank(), rank.ppRank()))) {
        throw new UserError(
            "Rank %d claims dp rank %d, pp rank %d, tp rank %d, where another rank is."
                .formatted(rank.rank(), rank.dpRank(), rank.ppRank(), rank.tpRank()));
      }
    }
  }
}
