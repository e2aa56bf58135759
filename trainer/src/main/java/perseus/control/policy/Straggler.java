package perseus.control.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.replan.Replanner;
import perseus.io.UserError;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;

/**
 * Implements the scheduler that reacts to a slow data-parallel pipeline (a straggler). The
 * scheduler slows down the fast pipelines of the job. The fast pipelines wait for the straggler
 * (slow pipeline), so they can run slower plans that need less energy. For each pipeline, the
 * scheduler chooses one plan of a time-energy frontier (plans with their predicted times and
 * energies). The scheduler {@code Straggler} never ends a job.
 *
 * <p>The name all-max means that all forwards and backwards run at the highest clock. If no
 * pipeline is slow, all pipelines need about the same iteration time as at the highest clock, but
 * less energy. The degree of a pipeline is the factor by which its iterations take longer than
 * usual. A pipeline that is not a straggler (slow pipeline) has the degree 1.
 *
 * <p>The time limit of a pipeline is the longest iteration time that its plan may have. To compute
 * it, the iteration time of the slowest pipeline at the highest clock is divided by the degree of
 * the pipeline itself. For example, an iteration at the highest clock usually takes 2 s, and the
 * slowest pipeline has the degree 1.5. The time limit is then 3 s for a pipeline of degree 1, and
 * 2.5 s for a pipeline of degree 1.2. Among the plans that respect the time limit of a pipeline,
 * the pipeline runs the plan with the least energy. The energy of a plan includes the energy of
 * waiting from the end of the plan until the time limit.
 *
 * <p>With the argument {@code replan_tolerance}, a {@link Replanner} makes new plans while the job
 * runs. New plans are made when measurements differ from the profile by more than the tolerance for
 * several frequency schedules in a row. Measurements of slow pipelines (stragglers) are not
 * compared with the profile. The job changes to new plans when the next frequency schedules begin.
 */
public final class Straggler implements Scheduler {
  static final SchedulerType TYPE =
      SchedulerType.of("Straggler", List.of(Mode.FREQUENCY), false, Straggler::parse);

  /**
   * Name of the argument that contains the largest permitted relative difference between
   * measurements and profile. If a measurement differs from the profile by more than the value of
   * the argument, new plans are made.
   */
  private static final String REPLAN_TOLERANCE = "replan_tolerance";

  private final JobInfo job;
  private final List<RankInfo> ranks;

  /**
   * Makes new plans when measurements differ from the profile; null if the user has not asked for
   * new plans.
   */
  private final Replanner replanner;

  private PlanCatalog catalog;
  private Map<PlanCatalog.Entry, StagePlan> plans = new HashMap<>();

  /** Plan that all pipelines except stragglers (slow pipelines) run at present. */
  private PlanCatalog.Entry usual;

  /**
   * Pipelines that were stragglers (slow pipelines) at any time since the current frequency
   * schedules began.
   */
  private final Set<Integer> slow = new HashSet<>();

  private final Map<Integer, Double> degrees = new TreeMap<>();
  private int number;
  private boolean changed;

  private Straggler(
      JobInfo job,
      List<RankInfo> ranks,
      PlanCatalog catalog,
      Function<PlanCatalog.Entry, StagePlan> reader,
      Replanner replanner) {
    this.job = job;
    this.ranks = ranks;
    this.catalog = catalog;
    this.replanner = replanner;
    // The scheduler may need every plan later, so the constructor reads and checks all plan files.
    for (PlanCatalog.Entry entry : catalog.plans()) {
      StagePlan plan = reader.apply(entry);
      plan.requireFits(job, ranks);
      plans.put(entry, plan);
    }
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    Path directory = args.requiredPath("frontier", "a directory that 'perseus-analyze plan' wrote");
    Double tolerance = args.fraction(REPLAN_TOLERANCE);
    Supplier<PlanCatalog> catalog = () -> PlannedProblem.catalog(directory);
    return SchedulerSetup.withPlans(
        (job, ranks) -> {
          Replanner replanner =
              tolerance == null ? null : new Replanner(tolerance, directory, job, ranks);
          return new Straggler(
              job,
              ranks,
              replanner == null ? catalog.get() : replanner.catalog(),
              entry -> SavedPlans.read(entry.planFile(directory)),
              replanner);
        },
        tolerance == null ? catalog::get : () -> Replanner.check(directory),
        directory,
        () -> directory.resolve(catalog.get().plans().get(0).file()));
  }

  /**
   * Sets the degree of a data-parallel pipeline: the factor by which its iterations take longer
   * than usual. The new degree (slowdown factor) takes effect when the next frequency schedules
   * begin.
   *
   * @param pipeline index of the data-parallel pipeline; the first pipeline has the index 0
   * @param degree iteration time of the pipeline divided by its usual iteration time; 1 if the
   *     pipeline is not a straggler
   * @throws UserError if the job has no pipeline with this index, or if the degree is below 1 or
   *     infinite
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
    if (degree > 1) {
      slow.add(pipeline);
    }
    Double before = degree == 1 ? degrees.remove(pipeline) : degrees.put(pipeline, degree);
    changed |= degree != (before == null ? 1 : before);
  }

  /**
   * Returns the degree (slowdown factor) of each pipeline that is currently a straggler (slow
   * pipeline). Each key of the returned map is the index of a pipeline.
   */
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
  public boolean hasChanged() {
    return changed;
  }

  @Override
  public int rounds() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<Round> next() {
    changed = false;
    if (replanner != null) {
      replanner.takeReady().ifPresent(this::replacePlans);
    }
    slow.clear();
    slow.addAll(degrees.keySet());
    double slowest = slowest();
    usual = new Goal.Straggler(slowest).choose(catalog);
    Map<Integer, StagePlan> byPipeline = new TreeMap<>();
    for (int pipeline = 0; pipeline < job.degrees().dp(); pipeline++) {
      double degree = slowest / degrees.getOrDefault(pipeline, 1.0);
      byPipeline.put(pipeline, plans.get(new Goal.Straggler(degree).choose(catalog)));
    }
    String name =
        byPipeline.values().stream()
            .map(StagePlan::name)
            .distinct()
            .collect(Collectors.joining(", "));
    return Optional.of(Round.planned(number++, name, ranks, rank -> byPipeline.get(rank.dpRank())));
  }

  private double slowest() {
    return degrees.values().stream().max(Double::compare).orElse(1.0);
  }

  private void replacePlans(Map<PlanCatalog.Entry, StagePlan> made) {
    catalog = replanner.catalog();
    plans = made;
  }

  @Override
  public void observe(Round round, RoundResults results) {
    if (replanner != null) {
      double[] wanted = DoubleStream.of(1, slowest()).distinct().toArray();
      replanner.observe(
          round.number(), results, usual, pipeline -> !slow.contains(pipeline), wanted);
    }
  }

  @Override
  public boolean readsBreakdowns() {
    return replanner != null;
  }

  @Override
  public Map<String, String> findings() {
    return replanner == null ? Map.of() : replanner.findings();
  }

  @Override
  public Optional<NewPlans> takeNewPlans() {
    return replanner == null ? Optional.empty() : replanner.takeNewPlans();
  }

  @Override
  public List<String> takeNotices() {
    return replanner == null ? List.of() : replanner.takeNotices();
  }

  @Override
  public void close() {
    if (replanner != null) {
      replanner.close();
    }
  }
}
