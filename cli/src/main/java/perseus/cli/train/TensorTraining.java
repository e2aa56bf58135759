package perseus.cli.train;

import java.nio.file.Path;
import java.time.Duration;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.launcher.GpuMemory;
import perseus.job.launcher.HostMemory;
import perseus.job.launcher.MultiProcessTraining;
import perseus.model.Workload;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.Datasets;
import perseus.tensor.runtime.CpuPyTorch;
import perseus.tensor.runtime.CudaPyTorch;
import perseus.transport.TransportChoice;
import perseus.wire.JobSecret;

/** Trains a model on real tensors (the engine djl) with the settings that the user's flags give. */
final class TensorTraining {
  private final ProfileCommand flags;
  private final Workload workload;
  private final TrainingConfig config;
  private final GpuChoice gpus;

  TensorTraining(ProfileCommand flags, Workload workload, TrainingConfig config, GpuChoice gpus) {
    this.flags = flags;
    this.workload = workload;
    this.config = config;
    this.gpus = gpus;
  }

  /**
   * Checks before the start of a training run whether the run is possible.
   *
   * @throws UserError if flags, variables or training data contradict each other, or if the device,
   *     the output directory or the memory is unsuitable
   */
  void check() {
    TensorFlags tensors = flags.tensors;
    FlagHint.with(
        "--data, --tokenizer",
        () -> Datasets.require(workload.model(), tensors.data, tensors.tokenizer));
    if (flags.parallel.nodeRank() > 0 && flags.parallel.masterAddress() == null) {
      throw new UserError(
          "NODE_RANK is %d, but MASTER_ADDR is not set; set it to the address of node 0."
              .formatted(flags.parallel.nodeRank()));
    }
    if (flags.parallel.nodes() > 1 && flags.parallel.masterPort() == 0) {
      throw new UserError(
          "MASTER_PORT is 0, which chooses a free port on a single node only; set it to a port for %d nodes."
              .formatted(flags.parallel.nodes()));
    }
    requirePrecision();
    OutputTarget.requireDirectory(config.outputDirectory());
    if (gpus.device().equals("cuda")) {
      GpuMemory.shortage(
              workload,
              config,
              TransportChoice.named(tensors.transport).mayUseNccl(),
              tensors.lossScaling() != null,
              flags.parallel.nodeRank() * config.gpusPerNode(),
              gpus.freeBytes())
          .ifPresent(
              shortage -> {
                throw new UserError(shortage + "; use more stages, or --engine virtual.");
              });
      return;
    }
    if (!CudaPyTorch.isNamed(System.getenv())) {
      CpuPyTorch.problem()
          .ifPresent(
              problem -> {
                throw new UserError(
                    problem
                        + ". The virtual engine (--engine virtual), the analysis and the plan server work without it.");
              });
    }
    boolean oneHost = flags.parallel.isOneHost();
    HostMemory.shortage(
            workload,
            config,
            oneHost ? 0 : flags.parallel.nodeRank() * config.gpusPerNode(),
            oneHost ? config.job().degrees().worldSize() : config.gpusPerNode())
        .ifPresent(
            shortage -> {
              throw new UserError(shortage + "; use --engine virtual.");
            });
  }

  private void requirePrecision() {
    String precision = flags.tensors.precision;
    boolean onCpu =
        gpus.device().equals("cpu")
            || gpus.device().equals("auto") && !CudaPyTorch.isNamed(System.getenv());
    if (onCpu || gpus.device().equals("cuda")) {
      Precision.of(precision, !onCpu);
    }
    if (gpus.device().equals("cuda")) {
      gpus.perRank()
          .forEach(gpu -> Precision.requireGpu(precision, gpu.name(), gpu.computeCapability()));
    }
  }

  /** Returns the number of threads that each rank uses for its computations. */
  private int threads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / config.gpusPerNode());
  }

  /**
   * Returns whether the ranks slow down instructions, so that each instruction takes as long as on
   * the simulated GPU.
   */
  boolean paced() {
    return config.gpu().simulated() && flags.isScheduled();
  }

  /** Returns whether the run measures the times and energies of GPUs, real or simulated. */
  boolean measured() {
    return !config.gpu().simulated() || flags.isScheduled();
  }

  /**
   * Runs the part of the job that belongs to this node (machine).
   *
   * @return result of the training run on node 0; null on all other nodes
   * @throws UserError if any part of the job fails
   */
  TrainingResult run(TrainingListener listener) {
    TensorFlags tensors = flags.tensors;
    JobSpec job =
        new JobSpec(
            new JobSpec.Model(
                workload.model().name(),
                config.partition(),
                workload.batch().sequenceLength(),
                config.activationCheckpointing(),
                tensors.initMethodStd,
                tensors.precision),
            new JobSpec.Parallelism(
                config.job().degrees(),
                config.trainSchedule().name(),
                config.job().microbatchSize(),
                config.job().numMicrobatches(),
                tensors.transport,
                tensors.overlapGradReduce),
            new JobSpec.Optimizer(
                tensors.learningRate, tensors.numWarmupSteps, tensors.lossScaling()),
            new JobSpec.DeviceSpec(
                config.gpu().name(),
                gpus.device(),
                config.gpu().clockControl(),
                config.gpu().powerLimits(),
                config.seed(),
                paced(),
                tensors.simSlowdown()),
            tensors.checkpoints.ofJob(flags.spec.commandLine()),
            config.exportTimingCsv(),
            tensors.seed);
    LocalSettings local =
        new LocalSettings(
            tensors.rankTensors,
            text(tensors.data),
            text(tensors.tokenizer),
            config.gpusPerNode(),
            gpus.perRank(),
            gpus.environment(),
            threads(),
            null,
            tensors.wallClockBreakdown,
            flags.verbose.verbose,
            text(tensors.dumpParameters),
            tensors.checkpoints.ofNode());
    NodeSettings node =
        new NodeSettings(
            flags.parallel.nodes(),
            flags.parallel.nodeRank(),
            flags.parallel.masterAddress(),
            flags.parallel.masterPort(),
            Duration.ofSeconds(tensors.rendezvousTimeout),
            JobSecret.ofEnvironment(System.getenv()));
    if (node.node() > 0) {
      MultiProcessTraining.runOtherNode(config, node, job, local, listener);
      return null;
    }
    return MultiProcessTraining.runNode0(config, node, job, local, listener);
  }

  private static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().toString();
  }
}
