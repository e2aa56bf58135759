package perseus.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.recording.InputException;

/** Replays plans in order, after warm-up rounds at the highest clock. */
public final class PointSolution implements Scheduler {
  /** Warm-up rounds unless told otherwise. */
  public static final int DEFAULT_WARMUP_ROUNDS = 2;

  private final List<RankInfo> ranks;
  private final List<StagePlan> plans;
  private final int warmupRounds;
  private int number;

  private PointSolution(
      JobInfo job, List<RankInfo> ranks, List<StagePlan> plans, int warmupRounds) {
    this.ranks = ranks;
    this.plans = plans;
    this.warmupRounds = warmupRounds;
    if (plans.isEmpty()) {
      throw new InputException("There is no plan to replay.");
    }
    for (StagePlan plan : plans) {
      check(plan, job, ranks);
    }
  }

  /**
   * @param plans the plans, in the order in which they run
   * @param warmupRounds rounds at the highest clock before the first plan
   */
  public static Factory factory(List<StagePlan> plans, int warmupRounds) {
    return (job, ranks) -> new PointSolution(job, ranks, List.copyOf(plans), warmupRounds);
  }

  private static void check(StagePlan plan, JobInfo job, List<RankInfo> ranks) {
    int stages = job.degrees().pp();
    if (plan.stages().size() != stages) {
      throw new InputException(
          "The plan %s is for %d stages, but the job has %d."
              .formatted(plan.name(), plan.stages().size(), stages));
    }
    for (RankInfo rank : ranks.subList(0, stages)) {
      List<Integer> clocks = plan.stages().get(rank.ppRank());
      int computations = rank.computations();
      if (clocks.size() != computations) {
        throw new InputException(
            "The plan %s has %d forwards and backwards for stage %d, but the job's %d microbatches make %d."
                .formatted(
                    plan.name(),
                    clocks.size(),
                    rank.ppRank(),
                    job.numMicrobatches(),
                    computations));
      }
      for (int clock : clocks) {
        if (!rank.powerStateRange().contains(clock)) {
          throw new InputException(
              "The plan %s wants %d MHz on stage %d, which the GPU does not support."
                  .formatted(plan.name(), clock, rank.ppRank()));
        }
      }
    }
  }

  @Override
  public String name() {
    return "PointSolution";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(
        "plans", plans.stream().map(StagePlan::name).toList(), "warmup_iters", warmupRounds);
  }

  @Override
  public int rounds() {
    return warmupRounds + plans.size();
  }

  @Override
  public Optional<Round> next() {
    if (number == rounds()) {
      return Optional.empty();
    }
    if (number < warmupRounds) {
      int highest = ranks.get(0).powerStateRange().get(0);
      return Optional.of(Round.uniform(number++, true, ranks, highest));
    }
    StagePlan plan = plans.get(number - warmupRounds);
    // All ranks of a stage get one schedule, so its list is made once.
    List<List<Integer>> byStage = new ArrayList<>();
    for (RankInfo rank : ranks.subList(0, plan.stages().size())) {
      byStage.add(FrequencySchedule.spread(rank.pipeSchedule(), plan.stages().get(rank.ppRank())));
    }
    List<FrequencySchedule> schedules =
        ranks.stream()
            .map(rank -> new FrequencySchedule(rank.rank(), byStage.get(rank.ppRank())))
            .toList();
    return Optional.of(new Round(number++, false, null, plan.name(), schedules));
  }
}
