package perseus.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;

/**
 * Chooses no clock. After a short warm-up, all iterations until the end of the command are one
 * round. Its label is the highest clock: a GPU runs at this clock unless a limit lowers it.
 */
final class Unsteered implements Scheduler {
  static final Factory FACTORY = (job, ranks) -> new Unsteered(ranks);

  private static final int WARMUP_ITERATIONS = 2;

  private final List<RankInfo> ranks;
  private int number;

  private Unsteered(List<RankInfo> ranks) {
    this.ranks = ranks;
  }

  /** Returns the number of iterations of the last round that was returned; 0 for no limit. */
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
