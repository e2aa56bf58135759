package perseus.cli.train;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.FlagValue;
import perseus.cli.common.VerboseFlag;
import perseus.control.JobInfo;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingResult;
import perseus.engine.virtual.VirtualTraining;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.recording.run.RunManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-profile}: a profiling run, or the replay of saved plans in a new run. */
@Command(
    name = "perseus-profile",
    description = {
      "Runs training in profiling mode: iterations at every GPU frequency, highest first, with a record of each"
          + " instruction and of the energy counter per rank. With --plan it replays saved plans instead and compares"
          + " what it measures with what they predict.",
      ""
    },
    sortOptions = false)
public class ProfileCommand implements Callable<Integer> {
  private static final String DEFAULT_GPU = "sim:a100-pcie";

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "The model; see --list-models.")
  String modelName;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MICROBATCH_SIZE",
      description = "Samples in a microbatch.")
  Integer microbatchSize;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NUM_MICROBATCHES",
      description = "Microbatches of one pipeline in an iteration.")
  Integer numMicrobatches;

  @Option(
      names = "--list-models",
      description = "Print every model's name, parameters and layers, and exit.")
  boolean listModels;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "djl",
      description =
          "djl: real tensors, a process per rank (the default); or virtual: no tensors, a virtual clock that simulates"
              + " all ranks of all nodes, for models and degrees that this machine cannot hold.")
  String engine;

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description =
          "A simulated GPU: sim:a100-pcie (the default), sim:a100-sxm, sim:a40 or sim:h200.")
  String gpuName;

  @Mixin ParallelFlags parallel;

  @Option(
      names = "--partition_method",
      paramLabel = "METHOD",
      description =
          "How layers are cut into stages: uniform_transformer (the default; for Wide-ResNet parameters), uniform,"
              + " uniform_floor, parameters, or custom:0,8,14,21,27 with the first layer of each stage and the number"
              + " of layers.")
  String partitionMethod;

  @Option(
      names = "--train_schedule",
      paramLabel = "NAME",
      defaultValue = "1f1b",
      description =
          "Pipeline schedule: 1f1b (the default), gpipe, early_recompute_1f1b, or interleaved:V with V stages per rank.")
  String trainSchedule;

  @Option(
      names = "--export_timing_csv",
      paramLabel = "true|false",
      arity = "1",
      description =
          "Whether to write instructions-R.csv and time-energy-R.csv of each rank R. Default: true, with --plan false.")
  Boolean exportTimingCsv;

  @Mixin SchedulerFlags scheduling;

  @Option(
      names = "--seq_length",
      paramLabel = "N",
      description = "Tokens in a sample. Default: 1024 for GPT-3 and Bloom, 512 for BERT and T5.")
  Integer seqLength;

  @Option(
      names = "--activation_checkpointing",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description =
          "Whether a backward recomputes its forward's activations. Default: ${DEFAULT-VALUE}.")
  boolean activationCheckpointing;

  @Option(
      names = "--sim_seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the simulation; equal seeds give equal files. Default: ${DEFAULT-VALUE}.")
  long simSeed;

  @Mixin TensorFlags tensors;

  @Option(
      names = "--output_dir",
      paramLabel = "DIR",
      description = "Where to write. Default: runs/MODEL-DATE.")
  Path outputDir;

  @Option(
      names = "--overwrite",
      description = "Replace an earlier recording in the output directory.")
  boolean overwrite;

  /** Runs the command and exits. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ProfileCommand(), arguments));
  }

  /** Whether a run without {@code --export_timing_csv} profiles. */
  boolean profilesByDefault() {
    return true;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (listModels) {
      ModelList.print(out);
      return 0;
    }
    if (modelName == null || microbatchSize == null || numMicrobatches == null) {
      throw new ParameterException(
          spec.commandLine(),
          "Name a model, a microbatch size and a number of microbatches, such as gpt3-xl 8 128.");
    }
    if (parallel.nodeRank() != 0 && engine.equals("virtual")) {
      out.println(
          "The virtual engine simulates all nodes on node 0; nothing to do on node "
              + parallel.nodeRank()
              + ".");
      return 0;
    }
    FlagValue.check(spec.commandLine(), this::checkValues);
    List<SavedPlan> saved = scheduling.savedPlans();
    Workload workload = workload();
    TrainingConfig config = config(workload, saved);
    TrainingReport report = new TrainingReport(out, config);
    TrainingResult result;
    if (engine.equals("djl")) {
      TensorTraining training = new TensorTraining(this, workload, config);
      training.check();
      report.start(training.paced(), gpuName != null);
      try (TensorProgress progress =
          new TensorProgress(
              out, spec.commandLine().getErr(), config, workload, training.paced())) {
        result = training.run(progress);
        if (result != null) {
          progress.summary();
        }
      }
      if (result == null) {
        report.joined();
        return 0;
      }
      if (!training.paced()) {
        // Nothing but the loss and the speed means anything then.
        return 0;
      }
    } else {
      report.start(true, gpuName != null);
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

  /** Judges what needs no file and no model to be judged. */
  private void checkValues() {
    List<String> engines = List.of("virtual", "djl");
    if (!engines.contains(engine)) {
      throw Named.unknown("engine", engine, engines);
    }
    gpu();
    Schedules.of(trainSchedule);
    new Degrees(parallel.pp, parallel.dp, parallel.tp);
    requireOne("MICROBATCH_SIZE", microbatchSize);
    requireOne("NUM_MICROBATCHES", numMicrobatches);
    if (seqLength != null) {
      requireOne("--seq_length", seqLength);
    }
    if (partitionMethod != null) {
      Partition.requireMethod(partitionMethod);
    }
    scheduling.check();
    tensors.check();
  }

  private static void requireOne(String name, int value) {
    if (value < 1) {
      throw new UserError(name + " must be 1 or more, not " + value + ".");
    }
  }

  private GpuModel gpu() {
    String name = gpuName == null ? DEFAULT_GPU : gpuName;
    if (!name.startsWith("sim:")) {
      throw name.equals("nvml")
          ? new UserError(
              "Real GPUs through NVML are not part of this version; use a simulated one, such as --gpu sim:a100-pcie.")
          : Named.unknown("GPU", name, SimulatedGpus.all().stream().map(GpuModel::name).toList());
    }
    return SimulatedGpus.named(name);
  }

  private Workload workload() {
    Model model = ModelZoo.find(modelName);
    String method = partitionMethod == null ? Partition.defaultMethod(model) : partitionMethod;
    int sequence = seqLength == null ? model.defaultSequenceLength() : seqLength;
    return new Workload(
        model,
        Partition.of(method, model, stages()),
        new Batch(microbatchSize, sequence, parallel.tp));
  }

  private TrainingConfig config(Workload workload, List<SavedPlan> saved) {
    Model model = workload.model();
    JobInfo job =
        new JobInfo(
            "perseus",
            model.name(),
            workload.partition().method(),
            parallel.degrees(),
            microbatchSize,
            numMicrobatches);
    boolean profiling =
        exportTimingCsv == null ? profilesByDefault() && !scheduling.isReplay() : exportTimingCsv;
    Path directory = outputDir == null ? defaultDirectory(model) : outputDir;
    if (profiling && !overwrite && Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      throw new UserError(
          directory
              + " holds an earlier recording; choose another --output_dir, or give --overwrite.");
    }
    return new TrainingConfig(
        job,
        workload.stages(),
        workload.partition().boundaries(),
        parallel.nodes(),
        gpu(),
        Schedules.of(trainSchedule),
        scheduling.numProfSteps,
        scheduling.maxSteps(),
        simSeed,
        activationCheckpointing,
        profiling,
        directory,
        scheduling.scheduler(
            parallel.nodeRank(), profiling, saved, trainSchedule, parallel.pp, numMicrobatches),
        scheduling.isReplay() ? directory : null);
  }

  /** How many stages the model is cut into. */
  private int stages() {
    return Math.multiplyExact(parallel.degrees().pp(), Schedules.of(trainSchedule).virtualStages());
  }

  private static Path defaultDirectory(Model model) {
    String date =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
    return Path.of("runs", model.name() + "-" + date);
  }
}
