package perseus.control.server.job;

import java.util.Arrays;
import java.util.List;
import perseus.control.RankResult;
import perseus.control.server.http.HttpError;

/** The results of one round, as ranks report them. */
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
   * @throws HttpError if the rank has reported, or has run another number of iterations than others
   */
  void add(RankResult result) {
    int rank = result.rank();
    if (reported[rank]) {
      throw new HttpError(
          409, "Rank %d has reported on schedule %d before.".formatted(rank, round));
    }
    int iterations = result.iterTime().length;
    if (first != null && first.iterTime().length != iterations) {
      throw HttpError.field(
          "iter_time",
          "has %d iterations, but that of rank %d has %d"
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

  /** All results in the order of ranks; they are let go of, as they may be large. */
  List<RankResult> take() {
    List<RankResult> all = List.of(results);
    Arrays.fill(results, null);
    first = null;
    return all;
  }
}
