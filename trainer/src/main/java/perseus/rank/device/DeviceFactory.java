package perseus.rank.device;

import java.util.List;
import perseus.gpu.Gpu;
import perseus.gpu.OpenGpus;
import perseus.gpu.SensorSink;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
import perseus.gpu.sim.SimulatedSensors;
import perseus.job.JobSpec;
import perseus.model.StageWork;
import perseus.record.GpuMonitor;
import perseus.record.InstructionSink;

/** Opens the device of a rank: a simulated GPU, or a real one. */
public final class DeviceFactory {
  private static final SensorSink NO_LOGS = (time, millijoules) -> {};

  private final JobSpec job;
  private final WallClock clock;
  private final InstructionSink log;
  private final SensorSink sensors;

  /**
   * @param log object that receives the executed instructions
   * @param sensors object that receives the readings of the GPU's sensors; null if the job writes
   *     no logs
   */
  public DeviceFactory(JobSpec job, WallClock clock, InstructionSink log, SensorSink sensors) {
    this.job = job;
    this.clock = clock;
    this.log = log;
    this.sensors = sensors;
  }

  /**
   * Opens a simulated GPU.
   *
   * @param stages the work (floating-point operations and bytes) of one microbatch in each stage of
   *     the rank
   */
  public Device simulated(int rank, List<StageWork> stages, BusyTime busy) {
    GpuModel model = SimulatedGpus.named(job.device().gpu());
    List<SimulatedSensors> sinks =
        sensors == null
            ? List.of()
            : List.of(
                new SimulatedSensors(
                    model.sensors(),
                    job.device().simSeed() * 1_000_003 + rank,
                    clock.zeroTicks() / 10,
                    sensors));
    return new PacedDevice(
        new SimulatedGpu(model, sinks),
        new SimulatedWork(model, stages, job.model().activationCheckpointing())::of,
        job.device().paced(),
        clock,
        busy,
        log);
  }

  /**
   * Opens the real GPU that the launcher has chosen for the rank.
   *
   * @throws perseus.gpu.GpuException if the GPU does not answer
   * @throws perseus.io.UserError if this host has no GPU with the given UUID
   */
  public Device real(String uuid) {
    Gpu gpu = OpenGpus.of(job.device().gpu(), List.of(uuid)).gpus().get(0);
    GpuMonitor monitor =
        new GpuMonitor(
            gpu, clock::seconds, clock.zeroTicks() / 10, sensors == null ? NO_LOGS : sensors);
    return new MeasuredDevice(monitor, clocks(gpu), clock, log);
  }

  private RankClocks clocks(Gpu gpu) {
    if (!(ClockControl.parse(job.device().clockControl(), System.getenv())
        instanceof ClockControl.Setting setting)) {
      return RankClocks.NONE;
    }
    return job.device().powerLimits()
        ? new LimitedPower(gpu, setting, System.err::println)
        : new LockedClocks(gpu, setting, System.err::println);
  }
}
