package perseus.control.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.io.UserError;

/**
 * Implements the scheduler that runs frequency plans in a given order. Each plan is used for
 * several consecutive iterations. Before the first frequency plan, the scheduler runs warm-up
 * iterations at the highest clock.
 *
 * <p>A job whose ranks report no results may fetch only one schedule. Such a job gets the first
 * frequency plan, without a warm-up.
 */
public final class PointSolution implements Scheduler {
  static final SchedulerType TYPE =
      SchedulerType.of(
          "PointSolution", List.of(Mode.FREQUENCY, Mode.POWER_LIMIT), false, PointSolution::parse);

  /** Default number of warm-up schedules (at the highest clock) before the first frequency plan. */
  public static final int DEFAULT_WARMUP_ROUNDS = 2;

  /**
   * Name of the scheduler argument that contains the number of warm-up schedules (at the highest
   * clock).
   */
  public static final String WARMUP_ROUNDS = "warmup_iters";

  private final List<RankInfo> ranks;
  private final List<StagePlan> plans;
  private final int warmupRounds;
  private int number;

  private PointSolution(
      JobInfo job, List<RankInfo> ranks, List<StagePlan> plans, int warmupRounds) {
    this.ranks = ranks;
    this.plans = plans;
    this.warmupRounds = job.reports() ? warmupRounds : 0;
    if (plans.isEmpty()) {
      throw new UserError(
          "There is no plan to replay. Give a plan file or a directory with plans.");
    }
    if (!job.reports() && plans.size() > 1) {
      throw new UserError(
          "There are %d plans to replay in order, but a job that reports no results fetches only one; give one plan file."
              .formatted(plans.size()));
    }
    for (StagePlan plan : plans) {
      plan.requireFits(job, ranks);
    }
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    Path path = args.requiredPath("solution_path", "a plan file or a directory of plans");
    int warmupRounds = args.integer(WARMUP_ROUNDS, 0, DEFAULT_WARMUP_ROUNDS);
    boolean reverse = args.flag("reverse");
    Supplier<List<StagePlan>> plans = () -> SavedPlans.read(path, reverse);
    return SchedulerSetup.withPlans(
        (job, ranks) -> factory(plans.get(), warmupRounds).create(job, ranks),
        plans::get,
        path,
        () -> SavedPlans.files(path).get(0));
  }

  /**
   * @param plans frequency plans in the order in which they run
   * @param warmupRounds number of warm-up schedules (at the highest clock) before the first
   *     frequency plan
   */
  public static Factory factory(List<StagePlan> plans, int warmupRounds) {
    return (job, ranks) -> new PointSolution(job, ranks, List.copyOf(plans), warmupRounds);
  }

  @Override
  public String name() {
    return TYPE.name();
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(
        "plans", plans.stream().map(StagePlan::name).toList(), WARMUP_ROUNDS, warmupRounds);
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
    return Optional.of(Round.planned(number++, plan.name(), ranks, rank -> plan));
  }
}
