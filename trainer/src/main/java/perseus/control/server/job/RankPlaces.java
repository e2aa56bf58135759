package perseus.control.server.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.control.RankInfo;
import perseus.io.UserError;
import perseus.parallel.Degrees;

/**
 * Checks that no two ranks of a job have the same pipeline (dp rank), stage (pp rank) and
 * tensor-parallel shard (tp rank).
 */
final class RankPlaces {
  private RankPlaces() {}

  /**
   * @throws UserError if two ranks have the same combination of dp rank, pp rank and tp rank
   */
  static void requireComplete(Degrees degrees, List<RankInfo> ranks) {
    Set<Integer> places = new HashSet<>();
    for (RankInfo rank : ranks) {
      if (!places.add(degrees.rank(rank.dpRank(), rank.tpRank(), rank.ppRank()))) {
        throw new UserError(
            "Rank %d has the dp rank %d, pp rank %d and tp rank %d of another rank."
                .formatted(rank.rank(), rank.dpRank(), rank.ppRank(), rank.tpRank()));
      }
    }
  }
}
