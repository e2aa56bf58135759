package perseus.control.server.job;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.control.RankInfo;
import perseus.control.server.http.HttpError;

/** Stores the ranks of a job that have registered. */
final class RankRegistry {
  private final String jobId;
  private final RankInfo[] ranks;
  private final Map<List<?>, List<?>> equalLists = new HashMap<>();
  private int registered;

  RankRegistry(String jobId, int worldSize) {
    this.jobId = jobId;
    this.ranks = new RankInfo[worldSize];
  }

  /**
   * Adds a rank that has registered. Most ranks of a stage have equal lists of instructions and of
   * supported clocks. Ranks with equal lists of instructions share one list object, which saves
   * memory.
   *
   * @throws HttpError with status 409 if the rank has registered before
   */
  void add(RankInfo rank) {
    if (ranks[rank.rank()] != null) {
      throw new HttpError(
          409, "Rank %d of job %s has already registered.".formatted(rank.rank(), jobId));
    }
    ranks[rank.rank()] =
        new RankInfo(
            rank.rank(),
            rank.dpRank(),
            rank.ppRank(),
            rank.tpRank(),
            shared(rank.pipeSchedule()),
            shared(rank.powerStateRange()));
    registered++;
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> shared(List<T> list) {
    return (List<T>) equalLists.computeIfAbsent(list, key -> key);
  }

  /** Returns the number of ranks of the job, including ranks that have not registered. */
  int size() {
    return ranks.length;
  }

  int registered() {
    return registered;
  }

  boolean isComplete() {
    return registered == ranks.length;
  }

  /** Returns the error for a call that is allowed only after all ranks have registered. */
  HttpError incomplete() {
    return new HttpError(
        409,
        "Job %s has not started: %d of %d ranks have registered."
            .formatted(jobId, registered, ranks.length));
  }

  /**
   * Returns all ranks of the job in ascending order. The returned list contains null for each rank
   * that has not registered.
   */
  List<RankInfo> all() {
    return Collections.unmodifiableList(Arrays.asList(ranks));
  }

  /**
   * Returns the description of the registered rank with the given number.
   *
   * @throws HttpError with status 404 if the job has no rank with this number, or if the rank has
   *     not registered
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
