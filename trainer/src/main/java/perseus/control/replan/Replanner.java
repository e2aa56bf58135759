package perseus.control.replan;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.RoundResults;
import perseus.control.StagePlan;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.profile.StageProfile;

/**
 * Makes new plans for a job when its measurements differ from the profile in several rounds ({@link
 * DriftWatch}). A round is a sequence of consecutive iterations under the same frequency schedules.
 * The class {@code Replanner} corrects the profile by the measurements ({@link Drift}), and then
 * makes new plans on a background thread. All jobs of a process share one background thread, so new
 * plans are made for only one job at a time.
 *
 * <p>The class {@code Replanner} is not thread-safe.
 */
public final class Replanner {
  /** Name of the file that lists the latest attempts to make new plans for a job. */
  static final String FILE_NAME = "replans.json";

  private static final int MAX_EVENTS = 100;

  private static final Executor BACKGROUND =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "perseus-replan");
            thread.setDaemon(true);
            return thread;
          });

  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final DriftWatch watch;
  private final Executor executor;
  private final Deque<ReplanEvent> events = new ArrayDeque<>();
  private final List<String> notices = new ArrayList<>();
  private PresentPlans present;
  private Attempt attempt;
  private PresentPlans untold;
  private boolean saysUnknown;

  /** Holds one attempt to make new plans, which runs on the background thread. */
  private record Attempt(
      int round, List<String> moved, boolean simulated, FutureTask<Result> task) {}

  private record Result(PresentPlans plans, ReplanEvent.Prediction corrected) {}

  /**
   * @param tolerance largest difference from the profile that is ignored, as a fraction of the
   *     value in the profile
   * @param directory directory of the plans that the job runs at first
   * @throws UserError if a file of the directory is missing or wrong
   */
  public Replanner(double tolerance, Path directory, JobInfo job, List<RankInfo> ranks) {
    this(tolerance, directory, job, ranks, BACKGROUND);
  }

  Replanner(
      double tolerance, Path directory, JobInfo job, List<RankInfo> ranks, Executor executor) {
    this.watch = new DriftWatch(tolerance);
    this.present = PresentPlans.read(directory);
    this.job = job;
    this.ranks = ranks;
    this.executor = executor;
    if (!job.reports()) {
      notices.add("The job reports no measurements, so replan_tolerance has no effect.");
    }
  }

  /**
   * Checks that the plans in a directory can be replaced by new plans while a job runs.
   *
   * @throws UserError if a file of the directory is missing or wrong
   */
  public static void check(Path directory) {
    PresentPlans.read(directory);
  }

  /** Returns the plans that the job runs now, with their predicted times and energies. */
  public PlanCatalog catalog() {
    return present.catalog();
  }

  /**
   * Compares the measurements of the latest round with the profile. If the measurements have
   * differed from the profile in enough rounds, the method {@code observe} starts to make new plans
   * in the background.
   *
   * @param round index of the latest round in the job, from 0
   * @param entry the plan that the compared pipelines ran
   * @param pipelines function that returns whether a data-parallel pipeline is compared; all
   *     compared pipelines must have run the plan {@code entry}
   * @param degrees iteration times for which plans are needed, each divided by the iteration time
   *     at the highest clock
   */
  public void observe(
      int round,
      RoundResults results,
      PlanCatalog.Entry entry,
      IntPredicate pipelines,
      double[] degrees) {
    int[] compared =
        IntStream.range(0, ranks.size())
            .filter(i -> pipelines.test(ranks.get(i).dpRank()))
            .toArray();
    if (compared.length == 0) {
      return;
    }
    RoundRatios ratios =
        RoundRatios.of(
            present.plan(entry),
            present.gpus(),
            IntStream.of(compared).mapToObj(ranks::get).toList(),
            IntStream.of(compared).mapToObj(results.ranks()::get).toList());
    if (ratios.times().isEmpty() && !saysUnknown) {
      saysUnknown = true;
      notices.add(
          "The ranks do not report the time of each forward and backward, so replan_tolerance has no effect.");
    }
    Optional<Drift> drift = watch.add(ratios);
    if (drift.isPresent() && attempt == null) {
      start(round, drift.get(), degrees);
    }
  }

  private void start(int round, Drift drift, double[] degrees) {
    boolean simulated = job.simulated() || present.catalog().simulated();
    List<String> moved = drift.sentences();
    PresentPlans from = present;
    FutureTask<Result> task =
        new FutureTask<>(
            () -> {
              StageProfile rescaled = from.rescaled(drift, simulated);
              PresentPlans made = from.replan(rescaled, degrees);
              made.stagePlans().values().forEach(plan -> plan.requireFits(job, ranks));
              return new Result(
                  made, ReplanEvent.Prediction.of(from.usualPlan().in(made.problem())));
            });
    attempt = new Attempt(round, moved, simulated, task);
    notices.add(
        "The measurements differ from the profile%2$s in several schedules, the last of them schedule %1$d. New plans are being made. %3$s"
            .formatted(round, simulated ? " (simulated)" : "", String.join(" ", moved)));
    executor.execute(task);
  }

  /**
   * Returns the clocks of new plans if the background thread has completed new plans; otherwise
   * empty. The returned plans replace the plans that the job runs now.
   */
  public Optional<Map<PlanCatalog.Entry, StagePlan>> takeReady() {
    if (attempt == null || !attempt.task.isDone()) {
      return Optional.empty();
    }
    Attempt ended = attempt;
    attempt = null;
    Result result;
    try {
      result = ended.task.get();
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      fail(ended, e.getCause());
      return Optional.empty();
    }
    ReplanEvent.Prediction before = ReplanEvent.Prediction.of(present.usualPlan());
    present = result.plans;
    untold = present;
    watch.restart();
    ReplanEvent.Prediction after = ReplanEvent.Prediction.of(present.usualPlan());
    String directory = NewPlans.directory(present.number());
    add(
        ReplanEvent.planned(
            ended.round, ended.simulated, ended.moved, directory, before, result.corrected, after));
    notices.add(
        "The job runs the new plans %s%s. Without a straggler, the old plan was predicted to take %s; by the rescaled profile it takes %s, and the new plan %s."
            .formatted(
                directory, ended.simulated ? " (simulated)" : "", before, result.corrected, after));
    return Optional.of(present.stagePlans());
  }

  private void fail(Attempt ended, Throwable cause) {
    watch.backOff();
    String reason = cause instanceof UserError ? cause.getMessage() : cause.toString();
    add(ReplanEvent.failed(ended.round, ended.simulated, ended.moved, reason));
    notices.add("New plans could not be made; the job keeps its plans. " + reason);
  }

  private void add(ReplanEvent event) {
    events.addLast(event);
    if (events.size() > MAX_EVENTS) {
      events.removeFirst();
    }
  }

  /**
   * Returns new plans for the state dump (JSON files) if the job has begun to use them since the
   * previous call.
   */
  public Optional<NewPlans> takeNewPlans() {
    Optional<NewPlans> taken = Optional.ofNullable(untold).map(PresentPlans::forDump);
    untold = null;
    return taken;
  }

  /**
   * Returns the sentences for the log that were written since the previous call of {@code
   * takeNotices}.
   */
  public List<String> takeNotices() {
    List<String> taken = List.copyOf(notices);
    notices.clear();
    return taken;
  }

  /**
   * Returns a map from {@link #FILE_NAME} to the text of the file; empty if new plans were never
   * tried.
   */
  public Map<String, String> findings() {
    return events.isEmpty() ? Map.of() : Map.of(FILE_NAME, JsonFiles.toJson(events));
  }

  /** Stops the background thread from making new plans for the job. */
  public void close() {
    if (attempt != null) {
      attempt.task.cancel(true);
    }
  }
}
