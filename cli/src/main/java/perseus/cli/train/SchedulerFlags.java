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

/** What chooses a run's frequencies, and for how many iterations. */
final class SchedulerFlags {
  @Option(
      names = "--num_prof_steps",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Iterations to measure under each frequency schedule. Default: ${DEFAULT-VALUE}.")
  int numProfSteps;

  @Option(
      names = "--minimum_frequency",
      paramLabel = "MHZ",
      defaultValue = "850",
      description = "Lowest frequency to profile. Default: ${DEFAULT-VALUE}.")
  private int minimumFrequency;

  @Option(
      names = "--stop_early",
      description =
          "Stop profiling when an iteration's energy has risen five frequencies in a row.")
  private boolean stopEarly;

  @Option(
      names = "--plan",
      paramLabel = "FILE|DIR",
      description =
          "Replay this plan, or all plans of this directory, after two warm-up schedules at the highest frequency. May"
              + " be given several times.")
  private List<Path> plans = new ArrayList<>();

  @Option(
      names = "--perseus_url",
      paramLabel = "URL",
      description =
          "Let this plan server (see perseus-server) choose the frequencies, such as http://127.0.0.1:7787. Without it"
              + " the same schedulers run in this process.")
  private String perseusUrl;

  @Option(
      names = "--perseus_token",
      paramLabel = "TOKEN",
      description = "What that server wants to see. Default: the environment's PERSEUS_TOKEN.")
  private String perseusToken = System.getenv("PERSEUS_TOKEN");

  @Option(
      names = "--max_steps",
      paramLabel = "N",
      description = "Stop after this many iterations. Default: when all schedules have run.")
  private Integer maxSteps;

  /**
   * Checks values that no file is needed to judge.
   *
   * @throws UserError if one means nothing, or they contradict each other
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
            "With --perseus_url the server chooses the plans: give --plan or --perseus_url.");
      }
      PlanClient.requireUrl(perseusUrl);
    }
  }

  /** Iterations after which training ends; 0 for as many as the scheduler has. */
  int maxSteps() {
    return maxSteps == null ? 0 : maxSteps;
  }

  /** Whether saved plans are replayed. */
  boolean isReplay() {
    return !plans.isEmpty();
  }

  /** Whether a plan server chooses. */
  boolean isServed() {
    return perseusUrl != null;
  }

  /** The plans to replay, in their order. */
  List<SavedPlan> savedPlans() {
    return SavedPlan.list(plans);
  }

  /**
   * The scheduler.
   *
   * @param node this host's number: node 0 alone asks a plan server
   * @param profiling whether frequencies are profiled where nothing else is to be run
   * @param saved the plans to replay
   * @param schedule of the pipeline, which the plans have to fit
   * @param stages the pipeline degree
   * @throws UserError if a plan does not fit, or there is no such plan server
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
    // Training ends with its steps; as many schedules are enough.
    return AllMaxFrequency.factory(Math.max(1, maxSteps()));
  }
}
