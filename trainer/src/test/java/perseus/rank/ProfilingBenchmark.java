package perseus.rank;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.engine.StageProgram;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
import perseus.gpu.sim.SimulatedSensors;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.StageWork;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.rank.device.BusyTime;
import perseus.rank.device.PacedDevice;
import perseus.rank.device.SimulatedWork;
import perseus.rank.device.WallClock;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Measures how much time profiling adds to an iteration.
 *
 * <p>In one process, a rank runs an iteration without profiling, then an iteration with profiling,
 * and so on. Other work on the machine therefore disturbs both kinds equally. Profiling includes
 * waits for the simulated GPU, the instruction log, the energy counter and its log, and clock
 * changes. The simulated GPU is so fast that the host never waits for it. One thread computes. The
 * benchmark compares both kinds of iteration by the thread's processor time and by wall-clock time.
 *
 * <p>Arguments: model, samples of a microbatch, microbatches, tokens of a sample, iterations of
 * each kind.
 */
final class ProfilingBenchmark {
  /** A slowdown so small that the simulated GPU always finishes before the host. */
  private static final double TINY_SLOWDOWN = 1e-9;

  private static final int WARMUP_ITERATIONS = 5;

  private ProfilingBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    String name = arguments.length > 0 ? arguments[0] : "gpt3-nano";
    int samples = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int microbatches = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 8;
    int tokens = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 128;
    int iterations = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 40;
    Path scratch = Files.createTempDirectory("profiling-benchmark");
    Model model = ModelZoo.find(name);
    Partition partition = Partition.of("uniform", model, 1);
    Batch batch = new Batch(samples, tokens, 1);
    GpuModel gpu = SimulatedGpus.named("sim:a100-pcie");
    JobSpec job =
        new JobSpec(
            new JobSpec.Model(name, partition.boundaries(), tokens, true, 0.02, "auto"),
            new JobSpec.Parallelism(
                new Degrees(1, 1, 1), "1f1b", samples, microbatches, "tcp", true),
            new JobSpec.Optimizer(1e-4, 0, null),
            new JobSpec.DeviceSpec(gpu.name(), "cpu", "none", false, 1, true, 0),
            JobSpec.Checkpoints.NONE,
            true,
            1);
    LocalSettings local = Nano.local(ZooTensors.Zoo.class.getName(), 1);
    try (RankTensors tensors = new ZooTensors.Zoo().create(0, job, local, TensorGroup.ALONE);
        NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      List<StageWork> stages = new Workload(model, partition, batch).stages();
      WallClock clock = new WallClock();
      RankRecorder recording = new RankRecorder(0, scratch, clock.zeroTicks(), 1);
      SimulatedSensors sensors =
          new SimulatedSensors(gpu.sensors(), 1, clock.zeroTicks() / 10, recording);
      RankExecutor[] executors = {
        executor(
            tensors,
            manager,
            new PacedDevice(
                new SimulatedGpu(gpu, List.of()),
                new SimulatedWork(gpu, stages, true)::of,
                false,
                clock,
                new BusyTime(true),
                (instruction, start, end) -> {}),
            microbatches),
        executor(
            tensors, manager, paced(gpu, stages, clock, List.of(sensors), recording), microbatches)
      };
      double[][][] seconds = new double[2][2][iterations];
      int instructions =
          StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, 0, 1, microbatches).actions().size();
      for (int i = -WARMUP_ITERATIONS; i < iterations; i++) {
        int clockMhz = gpu.supportedClocksMhz().get(Math.max(0, i) % 30);
        for (int kind = 0; kind < 2; kind++) {
          long wall = System.nanoTime();
          long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
          executors[kind].iterate(0, Collections.nCopies(instructions, clockMhz));
          if (i >= 0) {
            seconds[kind][0][i] =
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor) / 1e9;
            seconds[kind][1][i] = (System.nanoTime() - wall) / 1e9;
          }
        }
      }
      System.out.printf(
          "%s, %d microbatches of %d x %d tokens, %d iterations of each kind%n",
          name, microbatches, samples, tokens, iterations);
      for (Map.Entry<String, Integer> time :
          Map.of("processor time", 0, "wall-clock time", 1).entrySet()) {
        for (double quantile : new double[] {0, 0.25, 0.5}) {
          double plain = quantile(seconds[0][time.getValue()], quantile);
          double profiling = quantile(seconds[1][time.getValue()], quantile);
          System.out.printf(
              "%s, quantile %.2f: plain %.2f ms, profiling %.2f ms, %+.2f %%%n",
              time.getKey(), quantile, 1e3 * plain, 1e3 * profiling, 100 * (profiling / plain - 1));
        }
      }
    } finally {
      try (var files = Files.list(scratch)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(scratch);
    }
  }

  private static PacedDevice paced(
      GpuModel model,
      List<StageWork> stages,
      WallClock clock,
      List<SimulatedSensors> sensors,
      InstructionSink log) {
    PacedDevice gpu =
        new PacedDevice(
            new SimulatedGpu(model, sensors),
            new SimulatedWork(model, stages, true)::of,
            true,
            clock,
            new BusyTime(true),
            log);
    gpu.beginRound(true, TINY_SLOWDOWN, 1410);
    return gpu;
  }

  private static RankExecutor executor(
      RankTensors tensors, NDManager manager, PacedDevice gpu, int microbatches) {
    return new RankExecutor(
        StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, 0, 1, microbatches),
        tensors,
        new PipelineLinks(null, 0, new Degrees(1, 1, 1), manager),
        new SharedParameters(0, Map.of(), tensors.model().parameters(), places -> null),
        new GradientSums(TensorGroup.ALONE, null, tensors.model().parameters(), Set.of(), manager),
        () -> {},
        null,
        gpu,
        new Breakdown(),
        manager);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
