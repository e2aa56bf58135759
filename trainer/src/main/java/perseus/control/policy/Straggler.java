package perseus.control.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.io.UserError;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;

/**
 * Runs the plan of least energy that is as fast as all-max, and slows pipelines down while another
 * one, a straggler, makes them wait: where the slowest pipeline takes r times its usual time, a
 * pipeline that takes d times its own (1, unless it is a straggler too) runs the plan for min(r / d
 * T, T_eps), T being all-max's time. It never ends.
 */
public final class Straggler implements Scheduler {
  private final PlanCatalog catalog;
  private final Function<PlanCatalog.Entry, StagePlan> plans;
  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final Map<PlanCatalog.Entry, StagePlan> checked = new HashMap<>();
  private final Map<Integer, Double> degrees = new TreeMap<>();
  private int number;

  private Straggler(
      JobInfo job,
      List<RankInfo> ranks,
      PlanCatalog catalog,
      Function<PlanCatalog.Entry, StagePlan> plans) {
    this.job = job;
    this.ranks = ranks;
    this.catalog = catalog;
    this.plans = plans;
    // Every plan may be needed at any time: what is wrong with one shows now.
    catalog.plans().forEach(this::plan);
  }

  /**
   * @param catalog the frontier
   * @param plans reads a plan of it
   */
  public static Factory factory(PlanCatalog catalog, Function<PlanCatalog.Entry, StagePlan> plans) {
    return (job, ranks) -> new Straggler(job, ranks, catalog, plans);
  }

  private StagePlan plan(PlanCatalog.Entry entry) {
    return checked.computeIfAbsent(
        entry,
        e -> {
          StagePlan plan = plans.apply(e);
          plan.requireFits(job, ranks);
          return plan;
        });
  }

  /**
   * Takes note that a pipeline is slower than usual, or no longer; the next round minds it.
   *
   * @param pipeline dp rank
   * @param degree its time over its usual time; 1 when it is as fast as usual again
   * @throws UserError if there is no such pipeline, or the degree is below 1
   */
  public void straggler(int pipeline, double degree) {
    if (pipeline < 0 || pipeline >= job.degrees().dp()) {
      throw new UserError(
          "The job has the pipelines 0 to %d, not %d.".formatted(job.degrees().dp() - 1, pipeline));
    }
    if (!(degree >= 1) || Double.isInfinite(degree)) {
      throw new UserError("A straggler's degree is at least 1, such as 1.2.");
    }
    if (degree == 1) {
      degrees.remove(pipeline);
    } else {
      degrees.put(pipeline, degree);
    }
  }

  /** The stragglers that are known now: degree by pipeline. */
  public Map<Integer, Double> stragglers() {
    return Map.copyOf(degrees);
  }

  @Override
  public String name() {
    return "Straggler";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of("plans", catalog.plans().size());
  }

  @Override
  public int rounds() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<Round> next() {
    double slowest = degrees.values().stream().max(Double::compare).orElse(1.0);
    Map<Integer, StagePlan> byPipeline = new TreeMap<>();
    for (int pipeline = 0; pipeline < job.degrees().dp(); pipeline++) {
      double degree = slowest / degrees.getOrDefault(pipeline, 1.0);
      byPipeline.put(pipeline, plan(new Goal.Straggler(degree).choose(catalog)));
    }
    String name =
        byPipeline.values().stream()
            .map(StagePlan::name)
            .distinct()
            .collect(Collectors.joining(", "));
    return Optional.of(Round.planned(number++, name, ranks, rank -> byPipeline.get(rank.dpRank())));
  }
}
