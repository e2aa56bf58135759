package perseus.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;

/**
 * Implements a scheduler for jobs whose clocks the agent does not set. After a warm-up of {@value
 * #WARMUP_ITERATIONS} iterations, all iterations until the end of the training command count as one
 * frequency schedule.
 */
final class Unsteered implements Scheduler {
  static final Factory FACTORY = (job, ranks) -> new Unsteered(ranks);

  private static final int WARMUP_ITERATIONS = 2;

  private final List<RankInfo> ranks;
  private int number;

  private Unsteered(List<RankInfo> ranks) {
    this.ranks = ranks;
  }

  /**
   * Returns the number of iterations under the latest frequency schedule; 0 if it stays in force
   * until the training command ends.
   */
  int iterations() {
    return number == 1 ? WARMUP_ITERATIONS : 0;
  }

  @Override
  public String name() {
    return "Unsteered";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of();
  }

  @Override
  public Optional<Round> next() {
    if (number == 2) {
      return Optional.empty();
    }
    int highest = ranks.get(0).powerStateRange().get(0);
    boolean warmup = number == 0;
    return Optional.of(Round.uniform(number++, warmup, ranks, highest));
  }

  @Override
  public int rounds() {
    return 2;
  }
}
