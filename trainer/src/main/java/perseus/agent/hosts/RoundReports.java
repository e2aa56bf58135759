package perseus.agent.hosts;

import java.util.List;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.gpu.ClocksInForce;
import perseus.io.UserError;

/**
 * Holds the measurements of all ranks of a job under one frequency schedule.
 *
 * @param ranks measurements of each rank, in ascending order of the ranks
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
   * Checks that each rank has measured all iterations under its frequency schedule, and returns
   * this object.
   *
   * @param iterations number of iterations under the frequency schedule
   * @param schedule number of the frequency schedule, from 1
   * @throws UserError if a rank has measured fewer iterations because it received the frequency
   *     schedule too late
   */
  public RoundReports require(int iterations, int schedule) {
    if (count() < iterations) {
      throw new UserError(
          "Schedule %d reached a rank too late, so that only %d of its %d iterations were measured on all ranks. Give a larger --num_prof_steps. If the job runs on several hosts, check the network between them."
              .formatted(schedule, count(), iterations));
    }
    return this;
  }

  /**
   * Returns the indices, from 0, of the iterations in which no rank ran an evaluation of the model.
   *
   * @param count number of iterations that all ranks have measured
   */
  public List<Integer> withoutEvaluations(int count) {
    return IntStream.range(0, count)
        .filter(index -> ranks.stream().noneMatch(rank -> rank.evaluated().get(index)))
        .boxed()
        .toList();
  }

  /**
   * Returns the times and energies of the given iterations on each rank.
   *
   * @param indices indices among the measured iterations, from 0
   */
  public List<RankResult> of(List<Integer> indices) {
    return ranks.stream().map(rank -> rank.of(indices)).toList();
  }

  /** Combines the clocks at which the GPUs of all ranks ran; all GPUs must be real. */
  public ClocksInForce clocks() {
    return ClocksInForce.ofAll(ranks.stream().map(RoundReport::clocks).toList());
  }
}
