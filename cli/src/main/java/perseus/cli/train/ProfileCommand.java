package perseus.cli.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.FlagValue;
import perseus.cli.common.VerboseFlag;
import perseus.cli.interruption.Interruptible;
import perseus.cli.models.ModelsCommand;
import perseus.cli.shell.CompletionCommand;
import perseus.cli.train.environment.EnvironmentReport;
import perseus.cli.train.progress.TensorProgress;
import perseus.cli.train.progress.TrainingProgress;
import perseus.control.JobInfo;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingResult;
import perseus.engine.virtual.VirtualTraining;
import perseus.gpu.clock.ClockControl;
import perseus.io.Named;
import perseus.model.Model;
import perseus.model.Workload;
import perseus.parallel.Degrees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-profile}, which trains a model. The command either records the
 * training for a stage profile, or measures the training under saved plans.
 */
@Command(
    name = "perseus-profile",
    customSynopsis = {
      "perseus-profile MODEL MICROBATCH_SIZE NUM_MICROBATCHES [FLAGS]",
      "perseus-profile models | --list-models | --show-env | --reset-clocks"
    },
    description = {
      "Profiles training: runs iterations at every GPU frequency, highest first, and records the instructions and the"
          + " energy counter of each rank. With --plan it replays saved plans instead, and compares the measured time"
          + " and energy with the predictions of the plans.",
      ""
    },
    sortOptions = false,
    subcommands = {ModelsCommand.class, CompletionCommand.class},
    footer = {ProfileHelp.PROFILE_EXAMPLES, ProfileHelp.ENVIRONMENT})
public class ProfileCommand implements Callable<Integer>, Interruptible {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Mixin JobSize job;

  @Option(
      names = "--list-models",
      description =
          "Print the name, number of parameters and number of layers of every model, and exit.")
  boolean listModels;

  @Option(
      names = "--show-env",
      description =
          "Print the GPUs of this host, their sensors and clocks, what a measurement still needs, and the extensions, and exit.")
  boolean showEnvironment;

  @Option(
      names = "--engine",
      paramLabel = "djl|virtual",
      defaultValue = "djl",
      description =
          "djl (the default) trains on real tensors with one process per rank. virtual simulates all ranks of all nodes"
              + " on a virtual clock without tensors; use it for jobs that do not fit on this machine.")
  String engine;

  @Mixin GpuFlags gpu;
  @Mixin ClockFlags clocks;
  @Mixin ParallelFlags parallel;
  @Mixin ModelFlags shape;

  @Option(
      names = "--export_timing_csv",
      paramLabel = "true|false",
      arity = "1",
      description =
          "Whether to write instructions-R.csv and time-energy-R.csv for each rank R. Default: true without --plan, false"
              + " with --plan.")
  Boolean exportTimingCsv;

  @Mixin SchedulerFlags scheduling;

  @Option(
      names = "--sim_seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the simulation. Equal seeds give equal files. Default: ${DEFAULT-VALUE}.")
  long simSeed;

  @Mixin TensorFlags tensors;

  @Mixin OutputFlags output;

  /** The output directory; null until the run may write files into it. */
  private volatile Path directory;

  /**
   * Runs the command {@code perseus-profile} and ends the process with the exit code of the
   * command.
   */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ProfileCommand(), arguments));
  }

  /**
   * Returns whether training runs write a recording by default. The returned default applies if the
   * user gives neither the flag {@code --export_timing_csv} nor the flag {@code --plan}.
   */
  boolean profilesByDefault() {
    return true;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (listModels) {
      ModelsCommand.print(out);
      return 0;
    }
    if (clocks.resetClocks()) {
      return clocks.reset(gpu.scheme(), out, spec.commandLine().getErr());
    }
    if (showEnvironment) {
      new EnvironmentReport(gpu.provider()).print(out);
      return 0;
    }
    if (parallel.isSpare()) {
      return 0;
    }
    job.requireAll(spec);
    if (parallel.nodeRank() != 0 && engine.equals("virtual")) {
      out.printf(
          "The virtual engine simulates all nodes on node 0, so that node %d has nothing to do.%n",
          parallel.nodeRank());
      return 0;
    }
    FlagValue.check(spec.commandLine(), this::checkValues);
    List<SavedPlan> saved = scheduling.savedPlans();
    Workload workload =
        shape.workload(ModelFlags.model(job.modelName), job.microbatchSize, parallel);
    // A run that neither profiles nor follows a plan sets no clock.
    ClockControl clockControl = isScheduled() ? clocks.control() : new ClockControl.None();
    GpuChoice gpus =
        gpu.choose(
            engine.equals("virtual"),
            new GpuFlags.Needs(
                parallel.degrees().worldSize() / parallel.nodes(),
                clockControl,
                clocks.mode(),
                scheduling.isReplay()));
    TrainingConfig config = config(workload, saved, gpus);
    TrainingReport report = new TrainingReport(out, config);
    TrainingResult result;
    if (engine.equals("djl")) {
      TensorTraining training = new TensorTraining(this, workload, config, gpus);
      training.check();
      parallel.notes().forEach(spec.commandLine().getErr()::println);
      report.start(training.measured(), gpu.isGiven());
      if (gpus.explanation() != null) {
        spec.commandLine().getErr().println(gpus.explanation());
      }
      try (TensorProgress progress =
          new TensorProgress(
              out, spec.commandLine().getErr(), config, workload, training.measured())) {
        result = training.run(progress);
        if (result != null) {
          progress.summary();
        }
      }
      if (result == null) {
        report.joined();
        return 0;
      }
      if (!training.measured()) {
        // Without a GPU, real or simulated, a training run measures no times and energies of GPUs.
        // Without a GPU, the only meaningful results of a run are the loss and the speed.
        return 0;
      }
    } else {
      report.start(true, gpu.isGiven());
      tensors.noteUnused(spec.commandLine());
      try (TrainingProgress progress = new TrainingProgress()) {
        result = VirtualTraining.run(config, progress);
      }
    }
    if (saved.isEmpty()) {
      report.frequencies(result);
    } else {
      report.replay(result, saved);
    }
    return 0;
  }

  /**
   * Checks the name of the model, and the values of all flags that can be checked without reading a
   * file.
   */
  private void checkValues() {
    List<String> engines = List.of("virtual", "djl");
    if (!engines.contains(engine)) {
      throw Named.unknown("engine", engine, engines);
    }
    ModelFlags.model(job.modelName);
    clocks.check(scheduling.isServed());
    gpu.check(engine.equals("virtual"));
    shape.check();
    new Degrees(parallel.pp, parallel.dp, parallel.tp);
    job.check();
    scheduling.check(spec.commandLine());
    tensors.check(engine.equals("virtual"));
  }

  @Override
  public String kept() {
    return engine.equals("virtual")
        ? directory == null ? null : OutputFlags.kept(directory)
        : tensors.checkpoints.kept();
  }

  private boolean isProfiling() {
    return exportTimingCsv == null
        ? profilesByDefault() && !scheduling.isReplay()
        : exportTimingCsv;
  }

  /**
   * Returns whether the run needs a scheduler (object that chooses frequencies): for profiling, for
   * saved plans or for a plan server.
   */
  boolean isScheduled() {
    return isProfiling() || scheduling.isReplay() || scheduling.isServed();
  }

  private TrainingConfig config(Workload workload, List<SavedPlan> saved, GpuChoice gpus) {
    Model model = workload.model();
    JobInfo info =
        new JobInfo(
            "perseus",
            model.name(),
            workload.partition().method(),
            parallel.degrees(),
            job.microbatchSize,
            job.numMicrobatches);
    boolean profiling = isProfiling();
    directory = output.directory(model.name(), profiling);
    return new TrainingConfig(
        info,
        workload.stages(),
        workload.partition().boundaries(),
        parallel.nodes(),
        gpus.type(),
        shape.schedule(),
        scheduling.numProfSteps(),
        scheduling.maxSteps(),
        simSeed,
        shape.activationCheckpointing,
        profiling,
        directory,
        scheduling.scheduler(
            parallel.nodeRank(),
            clocks.mode(),
            profiling,
            gpus.samples(),
            saved,
            gpus.type(),
            shape.trainSchedule,
            parallel.pp,
            job.numMicrobatches),
        scheduling.isReplay() ? directory : null);
  }
}
