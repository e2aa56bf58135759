package perseus.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.agent.PlannedKinds;
import perseus.cli.common.FlagGroup;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.Percentage;
import perseus.control.Mode;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.client.PlanClient;
import perseus.control.client.RemoteScheduler;
import perseus.control.policy.AllMaxFrequency;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanFile;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Reads the flags that choose the GPU frequencies of a training run, and the flag that limits the
 * number of its iterations.
 */
@FlagGroup("Frequencies")
public final class SchedulerFlags {
  private static final int DEFAULT_PROF_STEPS = 30;
  private static final Percentage DEFAULT_PRECISION = new Percentage(0.01);

  @Option(
      names = "--prof_precision",
      paramLabel = "PERCENT",
      converter = Percentage.Converter.class,
      description =
          "Run each frequency until the time and the energy of each stage's forwards and backwards are known to this"
              + " relative standard error, for 2 to 30 iterations. Default when profiling on GPUs that report power"
              + " samples: 1%%.")
  private Percentage precision;

  @Option(
      names = "--num_prof_steps",
      paramLabel = "N",
      description =
          "Run exactly N iterations under each frequency schedule. Default: 30 where no precision decides, such as in a"
              + " replay or in perseus-run.")
  private Integer numProfSteps;

  @Option(
      names = "--minimum_frequency",
      paramLabel = "MHZ",
      defaultValue = "850",
      description =
          "Lowest frequency to profile, in MHz. If a plan server chooses the frequencies, give the server minimum_power_state instead. Default:"
              + " ${DEFAULT-VALUE}.")
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
          "Maximum number of iterations. If the training resumes from a checkpoint, iterations before it also count: after step 100,"
              + " --max_steps 120 trains 20 steps. Default: until all frequency schedules have run. Needed if a plan server's scheduler never ends.")
  private Integer maxSteps;

  /**
   * Checks the values of all flags of this class whose values can be checked without reading a
   * file.
   *
   * @throws UserError if the value of a flag is not allowed, or if the user gave two flags that
   *     exclude each other
   * @throws picocli.CommandLine.ParameterException if the user gave a flag that has no effect
   */
  public void check(CommandLine command) {
    if (numProfSteps != null && numProfSteps < 1) {
      throw new UserError("--num_prof_steps must be 1 or more, not " + numProfSteps + ".");
    }
    if (precision != null) {
      checkPrecision();
    }
    if (maxSteps != null && maxSteps < 1) {
      throw new UserError("--max_steps must be 1 or more, not " + maxSteps + ".");
    }
    if (isServed()) {
      if (isReplay()) {
        throw new UserError(
            "--plan and --perseus_url exclude each other, because a plan server chooses the plans itself; give one of them.");
      }
      GivenFlags.refuse(
          command,
          "--minimum_frequency",
          "has no effect with --perseus_url, because the plan server chooses the frequencies; give perseus-server --scheduler-args '{\"minimum_power_state\": MHZ}'");
      GivenFlags.refuse(
          command,
          "--stop_early",
          "has no effect with --perseus_url, because the plan server chooses the frequencies; give perseus-server --scheduler-args '{\"stop_early\": true}'");
      PlanClient.requireUrl(perseusUrl);
    }
  }

  private void checkPrecision() {
    if (numProfSteps != null) {
      throw new UserError(
          "--prof_precision and --num_prof_steps exclude each other: a frequency runs either until it is known precisely, or for a fixed number of iterations.");
    }
    if (isReplay()) {
      throw new UserError(
          "--prof_precision profiles frequencies, but --plan replays plans; use --num_prof_steps.");
    }
    if (isServed()) {
      throw new UserError(
          "--prof_precision and --perseus_url exclude each other, because the plan server decides how precisely it profiles; start it with --scheduler-args '{\"prof_precision\": %s}'."
              .formatted(precision.share()));
    }
  }

  /**
   * Returns the number of iterations under each frequency schedule (frequency for each
   * computation), if this number is fixed.
   */
  public int numProfSteps() {
    return numProfSteps == null ? DEFAULT_PROF_STEPS : numProfSteps;
  }

  /**
   * Returns the relative standard error at which the measurement of a frequency ends; 0 for a fixed
   * number of iterations per frequency.
   *
   * @param samples whether the GPUs report power samples, without which the standard errors of
   *     energies are not known during the run
   * @throws UserError if the user requires a maximum standard error, but the GPUs report no power
   *     samples
   */
  private double precision(boolean samples) {
    if (precision != null && !samples) {
      throw new UserError(
          "--prof_precision needs GPUs that report power samples, and these GPUs do not; use --num_prof_steps.");
    }
    if (numProfSteps != null || !samples) {
      return 0;
    }
    return (precision == null ? DEFAULT_PRECISION : precision).share();
  }

  /**
   * Returns the maximum number of iterations of the training run; 0 means that there is no limit.
   */
  public int maxSteps() {
    return maxSteps == null ? 0 : maxSteps;
  }

  /** Returns whether the training run executes saved plans. */
  public boolean isReplay() {
    return !plans.isEmpty();
  }

  /** Returns whether a plan server chooses the GPU frequencies of the training run. */
  public boolean isServed() {
    return perseusUrl != null;
  }

  /**
   * Returns the saved plans that the training run executes. The returned plans are in the order in
   * which they are executed.
   */
  public List<SavedPlan> savedPlans() {
    return SavedPlan.list(plans);
  }

  /**
   * Returns a factory that creates the scheduler (the object that chooses frequencies) for which
   * the flags ask.
   *
   * @param node number of the node (machine) on which this process runs; only node 0 connects to a
   *     plan server
   * @param mode whether the run sets clocks or power limits
   * @param profiling whether to measure one frequency after another. If the user named a plan or a
   *     plan server, {@code profiling} has no effect.
   * @param samples whether the GPUs report power samples
   * @param gpus GPUs of the job. If the run sets no clocks, a plan may contain clocks that the GPUs
   *     do not support.
   * @param stages number of pipeline ranks; a plan file contains one list for each pipeline rank
   * @param microbatches number of microbatches per iteration in each pipeline
   * @throws UserError if a plan or the precision does not fit the run, if the plan server is
   *     unreachable, or if the run has no end
   */
  Scheduler.Factory scheduler(
      int node,
      Mode mode,
      boolean profiling,
      boolean samples,
      List<SavedPlan> saved,
      GpuType gpus,
      String schedule,
      int stages,
      int microbatches) {
    if (isServed()) {
      PlanClient client = node == 0 ? new PlanClient(perseusUrl, perseusToken) : null;
      if (client != null && (profiling || gpus.simulated())) {
        requireEnd(client);
      }
      return RemoteScheduler.factory(client, mode, profiling && precision(samples) > 0);
    }
    if (!saved.isEmpty()) {
      return PointSolution.factory(
          saved.stream()
              .map(plan -> plan.fitting(Schedules.of(schedule), stages, microbatches))
              .map(plan -> gpus.setsNoClocks() ? plan.nearestTo(gpus.powerStates()) : plan)
              .toList(),
          PointSolution.DEFAULT_WARMUP_ROUNDS);
    }
    if (profiling) {
      return InstructionProfiler.factory(minimumFrequency, stopEarly, precision(samples));
    }
    if (precision != null) {
      throw new UserError(
          "--prof_precision needs a run that profiles; add --export_timing_csv true.");
    }
    // A frequency schedule gives a frequency to each computation and is used for at least one
    // iteration. With one frequency schedule for each iteration, the run always has enough
    // schedules.
    return AllMaxFrequency.factory(Math.max(1, maxSteps()));
  }

  /**
   * Checks that the scheduler or the flag {@code --max_steps} ends the run. Without an end, a
   * recorded run would fill the disk, and a simulated run would run forever.
   */
  private void requireEnd(PlanClient client) {
    if (maxSteps == null && RemoteScheduler.isEndless(client)) {
      throw new UserError(
          "The scheduler of the plan server at %s never ends a job, so this run would never end and write without limit; give --max_steps N."
              .formatted(client.url()));
    }
  }

  /**
   * Returns a factory that creates the scheduler of a job of another framework. The pipeline of a
   * job of another framework is known only when the job runs.
   *
   * @param saved saved plans that the job executes; empty to measure one frequency after another
   * @param mode whether the run sets clocks or power limits
   * @param leads whether this process chooses the schedules of the job. Only the process that leads
   *     a job calls the plan server and uses the returned factory.
   */
  public Scheduler.Factory schedulerOfOtherJob(List<SavedPlan> saved, Mode mode, boolean leads) {
    if (precision != null) {
      throw new UserError(
          "perseus-run does not estimate the precision of a profile; give --num_prof_steps instead of --prof_precision.");
    }
    if (isServed()) {
      PlanClient client = leads ? new PlanClient(perseusUrl, perseusToken) : null;
      return RemoteScheduler.factory(client, mode, false);
    }
    if (saved.isEmpty()) {
      return InstructionProfiler.factory(minimumFrequency, stopEarly, 0);
    }
    Scheduler.Factory factory =
        PointSolution.factory(
            saved.stream().map(plan -> StagePlan.of(plan.file(), plan.plan())).toList(),
            PointSolution.DEFAULT_WARMUP_ROUNDS);
    for (SavedPlan plan : saved) {
      factory =
          PlannedKinds.checking(
              factory, plan.name(), PlanFile.instructions(plan.file(), plan.plan()));
    }
    return factory;
  }
}
