package perseus.control.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.io.UserError;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;

/**
 * Chooses plans from a frontier and slows pipelines down while they would wait for a slower one, a
 * straggler. It never ends.
 *
 * <p>Without a straggler, all pipelines run the plan with the least energy that is as fast as
 * all-max. A straggler of degree r takes r times its usual time. If r is the highest degree of all
 * pipelines, a pipeline of degree d (1 if it is no straggler) runs the plan for the iteration time
 * min(r / d * T, T_eps), where T is the iteration time of all-max and T_eps the longest iteration
 * time of the frontier.
 */
public final class Straggler implements Scheduler {
  static final SchedulerType TYPE =
      new SchedulerType("Straggler", List.of(Mode.FREQUENCY), Straggler::parse);

  private final PlanCatalog catalog;
  private final Function<PlanCatalog.Entry, StagePlan> reader;
  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final Map<PlanCatalog.Entry, StagePlan> plans = new HashMap<>();
  private final Map<Integer, Double> degrees = new TreeMap<>();
  private int number;

  private Straggler(
      JobInfo job,
      List<RankInfo> ranks,
      PlanCatalog catalog,
      Function<PlanCatalog.Entry, StagePlan> reader) {
    this.job = job;
    this.ranks = ranks;
    this.catalog = catalog;
    this.reader = reader;
    // Any plan may be needed at any time, so errors in plan files are found now.
    catalog.plans().forEach(this::plan);
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    Path directory = args.requiredPath("frontier", "a directory that 'perseus-analyze plan' wrote");
    Supplier<PlanCatalog> catalog = () -> PlanCatalog.read(directory);
    return SchedulerSetup.withPlans(
        (job, ranks) ->
            new Straggler(
                job,
                ranks,
                catalog.get(),
                entry -> SavedPlans.read(directory.resolve(entry.file()))),
        catalog::get,
        directory,
        () -> directory.resolve(catalog.get().plans().get(0).file()));
  }

  /** Returns the plan of a catalog's entry, which is read and checked once. */
  private StagePlan plan(PlanCatalog.Entry entry) {
    return plans.computeIfAbsent(
        entry,
        e -> {
          StagePlan plan = reader.apply(e);
          plan.requireFits(job, ranks);
          return plan;
        });
  }

  /**
   * Sets the degree of a pipeline. It takes effect with the next round.
   *
   * @param pipeline number of the pipeline
   * @param degree the pipeline's time divided by its usual time; 1 if it is no straggler any more
   * @throws UserError if there is no such pipeline, or the degree is below 1
   */
  public void setDegree(int pipeline, double degree) {
    if (pipeline < 0 || pipeline >= job.degrees().dp()) {
      throw new UserError(
          "The job has the pipelines 0 to %d, not %d.".formatted(job.degrees().dp() - 1, pipeline));
    }
    if (!(degree >= 1) || Double.isInfinite(degree)) {
      throw new UserError(
          "The degree of a straggler must be at least 1, such as 1.2, not %s.".formatted(degree));
    }
    if (degree == 1) {
      degrees.remove(pipeline);
    } else {
      degrees.put(pipeline, degree);
    }
  }

  /** Returns the degree of each pipeline that is a straggler now. */
  public Map<Integer, Double> degrees() {
    return Map.copyOf(degrees);
  }

  @Override
  public String name() {
    return TYPE.name();
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
