package perseus.control.server;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.control.RankInfo;
import perseus.parallel.Degrees;
import perseus.recording.InputException;

/** Checks that a job's ranks fill its pipelines. */
final class RankPlaces {
  private RankPlaces() {}

  /**
   * @throws InputException if two ranks claim one place, so that another is empty
   */
  static void requireComplete(Degrees degrees, List<RankInfo> ranks) {
    Set<Integer> places = new HashSet<>();
    for (RankInfo rank : ranks) {
      if (!places.add(degrees.rank(rank.dpRank(), rank.tpRank(), rank.ppRank()))) {
        throw new InputException(
            "Rank %d claims dp rank %d, pp rank %d, tp rank %d, where another rank is."
                .formatted(rank.rank(), rank.dpRank(), rank.ppRank(), rank.tpRank()));
      }
    }
  }
}
