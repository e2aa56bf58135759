package perseus.control.server.job;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.control.RankInfo;
import perseus.control.server.http.HttpError;

/** The ranks of a job, as they register. */
final class RankRegistry {
  private final String jobId;
  private final RankInfo[] ranks;
  private final Map<List<?>, List<?>> equalLists = new HashMap<>();
  private int registered;

  /**
   * @param worldSize how many there will be
   */
  RankRegistry(String jobId, int worldSize) {
    this.jobId = jobId;
    this.ranks = new RankInfo[worldSize];
  }

  /**
   * @throws HttpError if it has registered before
   */
  void add(RankInfo rank) {
    if (ranks[rank.rank()] != null) {
      throw new HttpError(
          409, "Rank %d of job %s has registered before.".formatted(rank.rank(), jobId));
    }
    ranks[rank.rank()] =
        new RankInfo(
            rank.rank(),
            rank.dpRank(),
            rank.ppRank(),
            rank.tpRank(),
            onlyOne(rank.pipeSchedule()),
            onlyOne(rank.powerStateRange()));
    registered++;
  }

  /** Ranks of a stage say the same: it is kept once. */
  @SuppressWarnings("unchecked")
  private <T> List<T> onlyOne(List<T> list) {
    return (List<T>) equalLists.computeIfAbsent(list, key -> key);
  }

  /** How many there are, registered or not. */
  int size() {
    return ranks.length;
  }

  /** How many have registered. */
  int registered() {
    return registered;
  }

  boolean isComplete() {
    return registered == ranks.length;
  }

  /** All of them in their order; null for those that have not registered. */
  List<RankInfo> all() {
    return Collections.unmodifiableList(Arrays.asList(ranks));
  }

  /**
   * A rank.
   *
   * @throws HttpError if it has not registered
   */
  RankInfo require(int rank) {
    if (rank < 0 || rank >= ranks.length) {
      throw new HttpError(
          404, "Job %s has the ranks 0 to %d, not %d.".formatted(jobId, ranks.length - 1, rank));
    }
    if (ranks[rank] == null) {
      throw new HttpError(404, "Rank %d of job %s has not registered.".formatted(rank, jobId));
    }
    return ranks[rank];
  }
}
