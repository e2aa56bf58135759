package perseus.transport.nccl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perseus.control.JobInfo;
import perseus.control.Round;
import perseus.control.policy.AllMaxFrequency;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.sim.SimulatedGpus;
import perseus.job.ChildProcesses;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.launcher.MultiProcessTraining;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import perseus.rank.ZooTensors;
import perseus.recording.run.RunManifest;

/** Runs a training job of gpt3-nano whose ranks are processes that use the stub of NCCL. */
final class StubJob {
  private static final int SEQUENCE_LENGTH = 16;

  private final Path directory;
  private final Degrees degrees;
  private final int microbatches;
  private final int steps;
  private final Duration timeout;
  private final List<Double> losses = Collections.synchronizedList(new ArrayList<>());
  private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
  private PipelineSchedule schedule = Schedules.ONE_FORWARD_ONE_BACKWARD;
  private String transport = "nccl";
  private String precision = "fp32";
  private boolean overlap = true;
  private String script = "";

  StubJob(Path directory, Degrees degrees, int microbatches, int steps, Duration timeout) {
    this.directory = directory;
    this.degrees = degrees;
    this.microbatches = microbatches;
    this.steps = steps;
    this.timeout = timeout;
  }

  StubJob schedule(String name) {
    schedule = Schedules.of(name);
    return this;
  }

  StubJob transport(String name) {
    transport = name;
    return this;
  }

  StubJob precision(String name) {
    precision = name;
    return this;
  }

  StubJob withoutOverlap() {
    overlap = false;
    return this;
  }

  StubJob script(String... lines) {
    script = String.join("\n", lines);
    return this;
  }

  List<Double> losses() {
    return List.copyOf(losses);
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  /** Returns the calls that began or ended communicators. */
  List<String> calls() {
    return StubNccl.calls(directory.resolve("stub"));
  }

  RunManifest manifest() {
    return RunManifest.read(directory.resolve("run").resolve(RunManifest.FILE_NAME));
  }

  /** Runs the job. At the end, the ranks write their parameters into the job's directory. */
  void run() {
    TrainingConfig config = config();
    JobSpec job =
        new JobSpec(
            new JobSpec.Model(
                config.job().modelName(),
                config.partition(),
                SEQUENCE_LENGTH,
                true,
                0.02,
                precision),
            new JobSpec.Parallelism(degrees, schedule.name(), 1, microbatches, transport, overlap),
            new JobSpec.Optimizer(
                1e-3, 0, precision.equals("fp16") ? new JobSpec.LossScaling(65536, 2000) : null),
            new JobSpec.DeviceSpec(config.gpu().name(), "cpu", "none", false, 1, false, 1),
            JobSpec.Checkpoints.NONE,
            false,
            1);
    LocalSettings local =
        new LocalSettings(
            ZooTensors.Zoo.class.getName(),
            null,
            null,
            degrees.worldSize(),
            List.of(),
            StubNccl.environment(directory.resolve("stub"), script),
            1,
            null,
            false,
            false,
            directory.toString(),
            LocalSettings.Checkpoints.NONE);
    MultiProcessTraining.runNode0(
        config, new NodeSettings(1, 0, null, 0, timeout, null), job, local, listener());
  }

  private TrainingConfig config() {
    Model model = ModelZoo.find("gpt3-nano");
    Partition partition = Partition.of("uniform", model, degrees.pp() * schedule.virtualStages());
    return new TrainingConfig(
        new JobInfo("perseus", model.name(), "uniform", degrees, 1, microbatches),
        new Workload(model, partition, new Batch(1, SEQUENCE_LENGTH, degrees.tp())).stages(),
        partition.boundaries(),
        1,
        SimulatedGpus.named("sim:a100-pcie").type(),
        schedule,
        steps,
        0,
        1,
        true,
        false,
        directory.resolve("run"),
        AllMaxFrequency.factory(1),
        null);
  }

  private TrainingListener listener() {
    return new TrainingListener() {
      @Override
      public void iterationFinished(Round round, int iteration, Cluster.Iteration result) {
        losses.add(result.loss());
      }

      @Override
      public void message(String text) {
        messages.add(text);
      }
    };
  }

  /** Waits until two iterations have finished, and returns the processes of the ranks. */
  List<ProcessHandle> awaitIterations() throws InterruptedException {
    while (losses.size() < 2) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return ChildProcesses.of(ProcessHandle.current(), "RankMain").stream()
        .filter(this::isOwn)
        .toList();
  }

  /**
   * Returns whether a process is a rank of this job. Other jobs may run at the same time; the
   * environment variables of a rank contain the directory of its job.
   */
  private boolean isOwn(ProcessHandle rank) {
    try {
      Path variables = Path.of("/proc", String.valueOf(rank.pid()), "environ");
      return Files.readString(variables).contains(directory.toString());
    } catch (IOException e) {
      return false;
    }
  }
}
