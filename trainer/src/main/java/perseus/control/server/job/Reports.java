package perseus.control.server.job;

import java.util.Arrays;
import java.util.List;
import perseus.control.RankResult;
import perseus.control.server.http.HttpError;

/** Collects the results that the ranks of a job report under one frequency schedule. */
final class Reports {
  private final int round;
  private final RankResult[] results;
  private final boolean[] reported;
  private RankResult first;
  private int count;

  Reports(int round, int ranks) {
    this.round = round;
    this.results = new RankResult[ranks];
    this.reported = new boolean[ranks];
  }

  /**
   * Adds the result that a rank has reported.
   *
   * @throws HttpError with status 409 if the rank has already reported, and with status 422 if the
   *     ranks report different numbers of iterations
   */
  void add(RankResult result) {
    int rank = result.rank();
    if (reported[rank]) {
      throw new HttpError(
          409, "Rank %d has already reported on schedule %d.".formatted(rank, round));
    }
    int iterations = result.iterTime().length;
    if (first != null && first.iterTime().length != iterations) {
      throw HttpError.field(
          "iter_time",
          "has %d iterations, but rank %d has reported %d"
              .formatted(iterations, first.rank(), first.iterTime().length));
    }
    if (first == null) {
      first = result;
    }
    results[rank] = result;
    reported[rank] = true;
    count++;
  }

  boolean has(int rank) {
    return reported[rank];
  }

  boolean isComplete() {
    return count == results.length;
  }

  /**
   * Returns the results of all ranks, sorted by global rank. The method {@code take} also removes
   * the returned results from the {@code Reports} object, because they may need much memory.
   */
  List<RankResult> take() {
    List<RankResult> all = List.of(results);
    Arrays.fill(results, null);
    first = null;
    return all;
  }
}
