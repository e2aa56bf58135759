package perseus.control.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;

/** Every computation at the highest clock: how training runs when nobody plans. */
public final class AllMaxFrequency implements Scheduler {
  private final List<RankInfo> ranks;
  private final int rounds;
  private int number;

  private AllMaxFrequency(List<RankInfo> ranks, int rounds) {
    this.ranks = ranks;
    this.rounds = rounds;
  }

  /**
   * @param rounds after how many rounds the job ends, unless it ends by itself before
   */
  public static Factory factory(int rounds) {
    return (job, ranks) -> new AllMaxFrequency(ranks, rounds);
  }

  @Override
  public String name() {
    return "AllMaxFrequency";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of("num_iters", rounds);
  }

  @Override
  public int rounds() {
    return rounds;
  }

  @Override
  public Optional<Round> next() {
    if (number == rounds) {
      return Optional.empty();
    }
    int highest = ranks.get(0).powerStateRange().get(0);
    return Optional.of(Round.uniform(number++, false, ranks, highest));
  }
}
