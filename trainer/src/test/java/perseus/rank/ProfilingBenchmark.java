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
import perseus.engine.StageProgram;
import perseus.engine.virtual.StageCosts;
import perseus.gpu.sim.EnergyCounter;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
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
import perseus.rank.device.WallClock;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * What profiling adds to an iteration besides the stretching: the same rank, in the same process,
 * runs iterations of plain training and of profiling in turns, so that a busy machine disturbs both
 * alike. Profiling ones pace, keep the instruction log, the energy counter and its log, and change
 * clocks, but the simulated GPU is made so fast that nothing is waited for. One thread computes;
 * its processor time is compared, and the wall's time.
 *
 * <p>Arguments: model, samples, microbatches, tokens, iterations of each.
 */
final class ProfilingBenchmark {
  private static final double NOTHING_TO_WAIT_FOR = 1e-9;
  private static final int WARMUP = 5;

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
            name,
            partition.boundaries(),
            1,
            1,
            1,
            samples,
            microbatches,
            tokens,
            "1f1b",
            true,
            gpu.name(),
            1,
            true,
            true,
            0,
            1e-4,
            0,
            1,
            0.02);
    LocalSettings local =
        new LocalSettings(
            ZooTensors.Zoo.class.getName(), null, null, 1, 1, null, false, false, null);
    try (RankTensors tensors = new ZooTensors.Zoo().create(0, job, local, TensorGroup.ALONE);
        NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      List<StageWork> stages = new Workload(model, partition, batch).stages();
      WallClock clock = new WallClock();
      RankRecorder recording = new RankRecorder(0, scratch, clock.zeroTicks(), 1);
      EnergyCounter counter = new EnergyCounter(gpu.counter(), 1, recording);
      RankExecutor[] ways = {
        executor(
            tensors,
            manager,
            stages,
            gpu,
            new PacedDevice(
                new SimulatedGpu(gpu, List.of()),
                false,
                clock,
                new BusyTime(true),
                (instruction, start, end) -> {}),
            microbatches),
        executor(
            tensors,
            manager,
            stages,
            gpu,
            paced(gpu, clock, List.of(counter), recording),
            microbatches)
      };
      double[][][] seconds = new double[2][2][iterations];
      int instructions =
          StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, 0, 1, microbatches).actions().size();
      for (int i = -WARMUP; i < iterations; i++) {
        int clockMhz = gpu.supportedClocksMhz().get(Math.max(0, i) % 30);
        for (int way = 0; way < 2; way++) {
          long wall = System.nanoTime();
          long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
          ways[way].iterate(0, Collections.nCopies(instructions, clockMhz));
          if (i >= 0) {
            seconds[way][0][i] =
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor) / 1e9;
            seconds[way][1][i] = (System.nanoTime() - wall) / 1e9;
          }
        }
      }
      System.out.printf(
          "%s, %d microbatches of %d x %d tokens, %d iterations of each%n",
          name, microbatches, samples, tokens, iterations);
      for (Map.Entry<String, Integer> time :
          Map.of("processor time", 0, "time on the wall", 1).entrySet()) {
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
      GpuModel model, WallClock clock, List<EnergyCounter> counters, InstructionSink log) {
    PacedDevice gpu =
        new PacedDevice(new SimulatedGpu(model, counters), true, clock, new BusyTime(true), log);
    gpu.beginRound(true, NOTHING_TO_WAIT_FOR);
    return gpu;
  }

  private static RankExecutor executor(
      RankTensors tensors,
      NDManager manager,
      List<StageWork> stages,
      GpuModel model,
      PacedDevice gpu,
      int microbatches) {
    return new RankExecutor(
        StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, 0, 1, microbatches),
        stages.stream().map(stage -> StageCosts.of(stage, model, true, 0)).toList(),
        new GpuWork(model, stages.stream().map(StageWork::optimizerStep).toList()),
        tensors,
        new PipelineLinks(null, 0, new Degrees(1, 1, 1), manager),
        new SharedParameters(0, Map.of(), tensors.model().parameters(), (number, places) -> null),
        TensorGroup.ALONE,
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
