package perseus.control.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import perseus.control.FrequencySchedule;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.extension.Extensions;
import perseus.io.UserError;

/**
 * Checks the frequency schedules that a scheduler from an extension chooses, before a rank uses
 * them.
 */
record CheckedScheduler(Scheduler scheduler, List<RankInfo> ranks) implements Scheduler {
  /**
   * Returns a factory that adds the check of frequency schedules to each scheduler of {@code
   * factory}.
   */
  static Factory around(String name, Factory factory) {
    return (job, ranks) -> {
      Scheduler scheduler = factory.create(job, ranks);
      if (scheduler == null) {
        throw new UserError("The extension's scheduler %s created no scheduler.".formatted(name));
      }
      return new CheckedScheduler(scheduler, ranks);
    };
  }

  @Override
  public Optional<Round> next() {
    Optional<Round> next = scheduler.next();
    if (next == null) {
      throw wrong("returned null from the method next");
    }
    next.ifPresent(this::check);
    return next;
  }

  private void check(Round round) {
    List<FrequencySchedule> schedules = round.schedules();
    if (schedules.size() != ranks.size()) {
      throw wrong("has %d schedules for %d ranks".formatted(schedules.size(), ranks.size()));
    }
    for (int i = 0; i < schedules.size(); i++) {
      RankInfo rank = ranks.get(i);
      List<Integer> states = schedules.get(i).powerStates();
      Set<Integer> unsupported = new HashSet<>(states);
      rank.powerStateRange().forEach(unsupported::remove);
      if (schedules.get(i).rank() != rank.rank()
          || states.size() != rank.pipeSchedule().size()
          || !unsupported.isEmpty()) {
        throw wrong(
            "has a wrong schedule for rank %d: it needs %d power states that the GPU supports%s"
                .formatted(
                    rank.rank(),
                    rank.pipeSchedule().size(),
                    unsupported.isEmpty() ? "" : ", unlike " + unsupported.iterator().next()));
      }
    }
  }

  private UserError wrong(String fault) {
    return new UserError(
        "The scheduler %s (class %s) %s. Use another scheduler, or correct the extension."
            .formatted(name(), Extensions.origin(scheduler), fault));
  }

  @Override
  public void watch(Consumer<String> lost) {
    scheduler.watch(lost);
  }

  @Override
  public String name() {
    return scheduler.name();
  }

  @Override
  public Map<String, Object> args() {
    return scheduler.args();
  }

  @Override
  public void observe(Round round, RoundResults results) {
    scheduler.observe(round, results);
  }

  @Override
  public boolean hasChanged() {
    return scheduler.hasChanged();
  }

  @Override
  public int rounds() {
    return scheduler.rounds();
  }

  @Override
  public boolean readsBreakdowns() {
    return scheduler.readsBreakdowns();
  }

  @Override
  public Map<String, String> findings() {
    return scheduler.findings();
  }

  @Override
  public Optional<NewPlans> takeNewPlans() {
    return scheduler.takeNewPlans();
  }

  @Override
  public List<String> takeNotices() {
    return scheduler.takeNotices();
  }

  @Override
  public void close() {
    scheduler.close();
  }
}
