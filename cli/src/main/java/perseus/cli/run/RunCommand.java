package perseus.cli.run;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.agent.Agent;
import perseus.agent.AgentResult;
import perseus.agent.AgentSettings;
import perseus.agent.FollowingAgent;
import perseus.agent.command.CommandName;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.hosts.AgentNodes;
import perseus.agent.wire.AgentClock;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.FlagValue;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.UsageProblem;
import perseus.cli.common.VerboseFlag;
import perseus.cli.shell.CompletionCommand;
import perseus.cli.train.ClockFlags;
import perseus.cli.train.OutputFlags;
import perseus.cli.train.SavedPlan;
import perseus.cli.train.SchedulerFlags;
import perseus.gpu.clock.ClockControl;
import perseus.io.ShellWord;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-run}, which starts a training command of any framework, records
 * it, and sets the clocks of its GPUs.
 */
@Command(
    name = "perseus-run",
    customSynopsis = "perseus-run [FLAGS] -- COMMAND [ARGUMENT...]",
    description = {
      "Runs a training command. Meanwhile, it records the GPUs of this host and sets their clocks. The training"
          + " script needs two"
          + " lines of the Python package perseus_recorder; see docs/integrate.md. Without them, the energy of each GPU is"
          + " recorded.",
      "",
      "By default, it profiles: after two warm-up schedules, it runs iterations at every frequency, highest first. With"
          + " --plan, it replays saved plans. After the last schedule, the training goes on.",
      ""
    },
    sortOptions = false,
    subcommands = CompletionCommand.class,
    footer = {
      "",
      "Examples:",
      "  perseus-run --output_dir runs/gpt -- torchrun --nproc-per-node 4 train.py",
      "  perseus-analyze runs/gpt",
      "  perseus-run --plan runs/gpt/analysis -- torchrun --nproc-per-node 4 train.py",
      "  MASTER_ADDR=gpu01 perseus-run --nnodes 2 --node_rank 1 --output_dir runs/gpt -- torchrun --nnodes 2 ... train.py",
      "",
      "Environment: NNODES, NODE_RANK, MASTER_ADDR, MASTER_PORT and PERSEUS_JOB_SECRET (a secret of the job) as in docs/integrate.md.",
      "PERSEUS_EXTENSIONS adds jars, or folders with jars, separated by colons; see docs/extending.md.",
      "",
      "Exit code: that of the command. If the command succeeds but its recording cannot be written: 1. If perseus-run fails"
          + " before it starts the command: 1, or 2 for wrong usage."
    })
public final class RunCommand implements Callable<Integer>, CommandRunner.RefusedFlags {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Option(
      names = "--no-steer",
      description =
          "Record only, and set no clock. All iterations are measured at the clocks that the GPUs choose.")
  boolean noSteer;

  @Option(
      names = "--stop",
      description =
          "End the command and all its child processes by SIGTERM after the last schedule. Without this flag, the training goes on: after"
              + " profiling at the clocks that the GPUs choose, and with --plan under the last plan.")
  boolean stop;

  @Mixin RunGpuFlags gpu;
  @Mixin RunNodeFlags nodeFlags;
  @Mixin ClockFlags clocks;
  @Mixin SchedulerFlags scheduling;
  @Mixin OutputFlags output;

  /** Arguments before the two dashes ({@code --}), which a user can give only by mistake. */
  @Parameters(hidden = true, arity = "0..*")
  List<String> words = List.of();

  private final List<String> command;

  RunCommand(List<String> command) {
    this.command = command;
  }

  /** Returns a command without a training command, which can only print its help. */
  public static RunCommand withoutCommand() {
    return new RunCommand(List.of());
  }

  /** Runs the command and ends the process with the exit code of the training command. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, null, null));
  }

  /**
   * Runs the command, and returns its exit code.
   *
   * @param out writer to which the help is printed; null for standard output
   * @param err writer to which all other texts are printed; null for standard error
   */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    int dashes = Arrays.asList(arguments).indexOf("--");
    int flags = dashes < 0 ? arguments.length : dashes;
    List<String> command =
        List.of(arguments).subList(Math.min(flags + 1, arguments.length), arguments.length);
    RunCommand run = new RunCommand(command);
    String[] own = Arrays.copyOf(arguments, flags);
    return out == null ? CommandRunner.run(run, own) : CommandRunner.run(run, out, err, own);
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    if (clocks.resetClocks()) {
      return clocks.reset(gpu.scheme(), spec.commandLine().getOut(), err);
    }
    if (!words.isEmpty()) {
      String word = words.get(0);
      throw new ParameterException(
          spec.commandLine(),
          UsageProblem.nearestCommand(spec, word)
              .orElse("Put two dashes before the training command: perseus-run -- " + word));
    }
    if (command.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Give the training command after two dashes, such as: perseus-run -- torchrun --nproc-per-node 4 train.py");
    }
    FlagValue.check(spec.commandLine(), this::check);
    AgentNodes nodes = nodeFlags.nodes(System.getenv(), command);
    if (nodes.areSeveral()) {
      output.requireDirectory();
    }
    List<SavedPlan> saved = scheduling.savedPlans();
    boolean profiles = saved.isEmpty() && !scheduling.isServed();
    Path directory = output.directory(CommandName.of(command), profiles);
    AgentClock clock = new AgentClock();
    try (RunRecorder recording = new RunRecorder(directory);
        AgentGpus gpus =
            gpu.open(
                noSteer ? new ClockControl.None() : clocks.control(),
                scheduling.isReplay(),
                recording.scratch().resolve("gpus"),
                clock,
                text -> err.println("perseus-run: " + text))) {
      RunReport report = new RunReport(err, gpus.type());
      boolean leads = nodes.node() == 0;
      AgentSettings settings =
          new AgentSettings(
              command,
              directory,
              noSteer ? null : scheduling.schedulerOfOtherJob(saved, clocks.mode(), leads),
              scheduling.numProfSteps(),
              scheduling.maxSteps(),
              profiles,
              !profiles,
              stop,
              scheduling.isReplay(),
              nodes.areSeveral() ? nodes.with(JobSettings.of(spec, saved, gpus.type())) : nodes);
      AgentResult result =
          leads
              ? new Agent(settings, gpus, clock, recording, report).run()
              : new FollowingAgent(settings, gpus, clock, recording, report).run();
      report.results(result, saved);
      summary(report, result, directory, leads);
      return result.exitCode();
    }
  }

  @Override
  public List<String> refusedFlags() {
    return List.of("--prof_precision");
  }

  private void check() {
    gpu.check();
    clocks.check(scheduling.isServed());
    GivenFlags.refuse(
        spec.commandLine(),
        "--prof_precision",
        "has no effect on jobs of other frameworks, which run each frequency for --num_prof_steps iterations");
    scheduling.check(spec.commandLine());
  }

  /** Returns the message for a training command that ended although no recorder had connected. */
  static String unconnected(int exitCode) {
    return exitCode == 0
        ? "No process of the command has connected a recorder, so that instructions are missing and no clock was set. Add two lines to the training script; see docs/integrate.md."
        : "The command has ended with exit code %d before one of its processes connected a recorder, so that instructions are missing and no clock was set. Correct the command first; if it runs without an error, its script may lack the two lines of docs/integrate.md."
            .formatted(exitCode);
  }

  private static void summary(RunReport report, AgentResult result, Path directory, boolean leads) {
    if (!result.connected()) {
      report.message(unconnected(result.exitCode()));
    }
    if (!result.files().isEmpty()) {
      report.message("Recorded in " + directory);
    }
    if (!leads || !result.files().contains(directory.resolve(RunManifest.FILE_NAME))) {
      return;
    }
    if (result.parts().isEmpty()) {
      report.message("Next: bin/perseus-analyze " + ShellWord.of(directory));
    } else {
      report.message(
          "The logs of the other hosts are in %s. Copy these directories to this host, and analyze all together: bin/perseus-analyze %s DIR..."
              .formatted(String.join(" and ", result.parts()), ShellWord.of(directory)));
    }
  }
}
