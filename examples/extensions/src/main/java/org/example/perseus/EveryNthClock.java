package org.example.perseus;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.policy.SchedulerArgs;
import perseus.control.policy.SchedulerSetup;
import perseus.control.policy.SchedulerType;

/**
 * Runs one frequency schedule at every n-th clock, highest clock first. The argument {@code n} is a
 * whole number; default 3.
 */
public final class EveryNthClock implements SchedulerType {
  private static final String NAME = "EveryNthClock";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SchedulerSetup read(SchedulerArgs args) {
    int n = args.integer("n", 1, 3);
    return SchedulerSetup.withoutPlans((job, ranks) -> new Rounds(ranks, n));
  }

  private static final class Rounds implements Scheduler {
    private final List<RankInfo> ranks;
    private final int n;
    private int number;

    Rounds(List<RankInfo> ranks, int n) {
      this.ranks = ranks;
      this.n = n;
    }

    private List<Integer> clocks() {
      return ranks.get(0).powerStateRange();
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Map<String, Object> args() {
      return Map.of("n", n);
    }

    @Override
    public int rounds() {
      return (clocks().size() + n - 1) / n;
    }

    @Override
    public Optional<Round> next() {
      return number == rounds()
          ? Optional.empty()
          : Optional.of(Round.uniform(number, false, ranks, clocks().get(n * number++)));
    }
  }
}
