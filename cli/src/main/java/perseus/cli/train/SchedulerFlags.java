package perseus.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.control.Scheduler;
import perseus.control.client.PlanClient;
import perseus.control.client.RemoteScheduler;
import perseus.control.policy.AllMaxFrequency;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import picocli.CommandLine.Option;

/** Flags that determine how frequencies are chosen, and how many iterations run. */
final class SchedulerFlags {
  @Option(
      names = "--num_prof_steps",
      paramLabel = "N",
      defaultValue = "30",
      description = "Iterations under each frequency schedule. Default: ${DEFAULT-VALUE}.")
  int numProfSteps;

  @Option(
      names = "--minimum_frequency",
      paramLabel = "MHZ",
      defaultValue = "850",
      description = "Lowest frequency to profile, in MHz. Default: ${DEFAULT-VALUE}.")
  private int minimumFrequency;

  @Option(
      names = "--stop_early",
      description =
          "Stop profiling when the energy of an iteration has increased at five frequencies in a row.")
  private boolean stopEarly;

  @Option(
      names = "--plan",
      paramLabel = "FILE|DIR",
      description =
          "Replay this plan, or all plans in this directory, after two warm-up schedules at the highest frequency. Can"
              + " be given several times.")
  private List<Path> plans = new ArrayList<>();

  @Option(
      names = "--perseus_url",
      paramLabel = "URL",
      description =
          "URL of a plan server that chooses the frequencies, such as http://127.0.0.1:7787; see perseus-server. Without"
              + " this flag the scheduler runs in this process.")
  private String perseusUrl;

  @Option(
      names = "--perseus_token",
      paramLabel = "TOKEN",
      description = "Token for the plan server. Default: the environment variable PERSEUS_TOKEN.")
  private String perseusToken = System.getenv("PERSEUS_TOKEN");

  @Option(
      names = "--max_steps",
      paramLabel = "N",
      description =
          "Maximum number of iterations. Default: until all frequency schedules have run.")
  private Integer maxSteps;

  /**
   * Checks the values that can be checked without any file.
   *
   * @throws UserError if a value is not allowed, or flags contradict each other
   */
  void check() {
    if (numProfSteps < 1) {
      throw new UserError("--num_prof_steps must be 1 or more, not " + numProfSteps + ".");
    }
    if (maxSteps != null && maxSteps < 1) {
      throw new UserError("--max_steps must be 1 or more, not " + maxSteps + ".");
    }
    if (isServed()) {
      if (isReplay()) {
        throw new UserError(
            "--plan and --perseus_url exclude each other, because a plan server chooses the plans itself; give one of them.");
      }
      PlanClient.requireUrl(perseusUrl);
    }
  }

  /** Maximum number of iterations; 0 for no limit. */
  int maxSteps() {
    return maxSteps == null ? 0 : maxSteps;
  }

  /** Whether saved plans are replayed. */
  boolean isReplay() {
    return !plans.isEmpty();
  }

  /** Whether a plan server chooses the frequencies. */
  boolean isServed() {
    return perseusUrl != null;
  }

  /** The plans to replay, in order. */
  List<SavedPlan> savedPlans() {
    return SavedPlan.list(plans);
  }

  /**
   * Chooses the scheduler.
   *
   * @param node number of this node; only node 0 connects to a plan server
   * @param profiling whether to profile frequencies if there is neither a plan nor a plan server
   * @param saved the plans to replay
   * @param schedule name of the pipeline schedule
   * @param stages the pipeline-parallel degree
   * @param microbatches number of microbatches of an iteration in each pipeline
   * @throws UserError if a plan does not fit the pipeline, or the plan server cannot be reached
   */
  Scheduler.Factory scheduler(
      int node,
      boolean profiling,
      List<SavedPlan> saved,
      String schedule,
      int stages,
      int microbatches) {
    if (isServed()) {
      return RemoteScheduler.factory(node == 0 ? new PlanClient(perseusUrl, perseusToken) : null);
    }
    if (!saved.isEmpty()) {
      return PointSolution.factory(
          saved.stream()
              .map(plan -> plan.fitting(Schedules.of(schedule), stages, microbatches))
              .toList(),
          PointSolution.DEFAULT_WARMUP_ROUNDS);
    }
    if (profiling) {
      return InstructionProfiler.factory(minimumFrequency, stopEarly);
    }
    // Each schedule runs for at least one step, so that this number of schedules is enough.
    return AllMaxFrequency.factory(Math.max(1, maxSteps()));
  }
}
