package perseus.agent.hosts;

import java.util.List;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.gpu.ClocksInForce;
import perseus.io.UserError;

/**
 * Holds what all ranks of a job have measured in a round.
 *
 * @param ranks the reports, in ascending order of the ranks
 */
public record RoundReports(List<RoundReport> ranks) {
  public RoundReports {
    ranks = List.copyOf(ranks);
  }

  /** Returns the number of iterations that all ranks have measured. */
  public int count() {
    return ranks.stream().mapToInt(RoundReport::count).min().orElse(0);
  }

  /**
   * Checks that all ranks have measured a whole round, and returns this object.
   *
   * @param iterations number of its iterations
   * @param schedule number of its frequency schedule, from 1
   * @throws UserError if a rank got the schedule after an iteration of the round had begun, so that
   *     its iterations are not those of the other ranks
   */
  public RoundReports require(int iterations, int schedule) {
    if (count() < iterations) {
      throw new UserError(
          "A rank got schedule %d too late, and has measured only %d of its %d iterations."
              .formatted(schedule, count(), iterations));
    }
    return this;
  }

  /**
   * Returns the iterations in which no evaluation ran on any rank, from 0.
   *
   * @param count number of iterations of the round
   */
  public List<Integer> withoutEvaluations(int count) {
    return IntStream.range(0, count)
        .filter(index -> ranks.stream().noneMatch(rank -> rank.evaluated().get(index)))
        .boxed()
        .toList();
  }

  /**
   * Returns the times and energies of some iterations on each rank.
   *
   * @param indices the iterations, from 0
   */
  public List<RankResult> of(List<Integer> indices) {
    return ranks.stream().map(rank -> rank.of(indices)).toList();
  }

  /** Returns the clocks in force on all ranks, whose GPUs must be real. */
  public ClocksInForce clocks() {
    return ClocksInForce.ofAll(ranks.stream().map(RoundReport::clocks).toList());
  }
}
