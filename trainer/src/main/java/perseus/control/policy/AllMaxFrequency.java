package perseus.control.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;

/**
 * Implements the scheduler that runs all instructions of all ranks at the highest clock. A job
 * without a frequency plan trains in the same way. In this project, all-max means that all forwards
 * and backwards run at the highest clock.
 */
public final class AllMaxFrequency implements Scheduler {
  static final SchedulerType TYPE =
      SchedulerType.of("AllMaxFrequency", List.of(Mode.FREQUENCY), false, AllMaxFrequency::parse);

  private static final String ROUNDS = "num_iters";

  private final List<RankInfo> ranks;
  private final int rounds;
  private int number;

  private AllMaxFrequency(List<RankInfo> ranks, int rounds) {
    this.ranks = ranks;
    this.rounds = rounds;
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    return SchedulerSetup.withoutPlans(factory(args.integer(ROUNDS, 1, 1)));
  }

  /**
   * @param rounds maximum number of frequency schedules, which are all equal; the job may end
   *     earlier
   */
  public static Factory factory(int rounds) {
    return (job, ranks) -> new AllMaxFrequency(ranks, rounds);
  }

  @Override
  public String name() {
    return TYPE.name();
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(ROUNDS, rounds);
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
