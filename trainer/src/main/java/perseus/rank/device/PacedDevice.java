package perseus.rank.device;

import java.util.function.Function;
import perseus.engine.StageProgram.Action;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.job.DeviceReport;
import perseus.job.Lateness;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * Simulates a GPU while the host computes the tensors.
 *
 * <p>{@link HostPace} estimates the time that a host without other work needs for an instruction.
 * At its highest clock, the simulated GPU takes this time, multiplied by a constant factor (the
 * slowdown). For example, with the slowdown 2, an instruction of 10 ms on the host takes 20 ms on
 * the simulated GPU. At a lower clock, the simulated GPU takes longer for an instruction, according
 * to its {@link perseus.gpu.sim.GpuModel}. If the host finishes the computation of an instruction
 * before the simulated GPU, the host waits for the simulated GPU.
 *
 * <p>{@link SimulatedGpu} and {@link perseus.gpu.sim.SimulatedSensors} simulate clock changes,
 * power, heat and the sensors. The class {@code PacedDevice} decides at which times the simulated
 * GPU runs and waits. A requested clock takes effect some milliseconds after the request, possibly
 * during an instruction.
 */
public final class PacedDevice implements Device {
  /**
   * The rank waits for 0.5 s before the first iteration and after the last iteration. The energy
   * counter lags: it shows energy some milliseconds after the GPU has used it. The waits let the
   * energy log contain the whole energy of the first and the last iteration.
   */
  private static final double SETTLE_SECONDS = 0.5;

  private final SimulatedGpu gpu;
  private final Function<Action, GpuWork> work;
  private final int highestMhz;
  private final boolean paced;
  private double hostSlowdown = 1;
  private final WallClock clock;
  private final BusyTime busy;
  private final HostPace pace = new HostPace();
  private final InstructionSink log;
  private Lateness lateness = Lateness.NONE;

  /**
   * @param work function that returns the work of a computation on the simulated GPU
   * @param paced whether the host waits, after each computation, until the simulated GPU has also
   *     finished it. If {@code paced} is false, a computation on the simulated GPU at its highest
   *     clock takes the same time as on the host.
   * @param log object that receives the executed instructions
   */
  public PacedDevice(
      SimulatedGpu gpu,
      Function<Action, GpuWork> work,
      boolean paced,
      WallClock clock,
      BusyTime busy,
      InstructionSink log) {
    this.gpu = gpu;
    this.work = work;
    this.highestMhz = gpu.model().maxClockMhz();
    this.paced = paced;
    this.clock = clock;
    this.busy = busy;
    this.log = log;
  }

  @Override
  public void beginRound(boolean warmup, double slowdown, int firstClockMhz) {
    pace.beginRound(warmup);
    lateness = Lateness.NONE;
    hostSlowdown = slowdown;
  }

  @Override
  public DeviceReport report() {
    return new DeviceReport(pace.slowdown(), lateness, null);
  }

  @Override
  public void wantClockMhz(int clockMhz) {
    idleUntilNow();
    gpu.lockClocks(clockMhz);
  }

  /** Lets the simulated GPU wait until the current time of the wall clock. */
  private void idleUntilNow() {
    gpu.block(clock.seconds());
  }

  @Override
  public Reading read() {
    idleUntilNow();
    return new ExactReading(gpu.nowSeconds(), gpu.energyJoules());
  }

  private record ExactReading(double seconds, double joules) implements Reading {}

  @Override
  public void settle() {
    clock.sleepUntil(clock.seconds() + SETTLE_SECONDS);
    idleUntilNow();
  }

  @Override
  public void finishLogs() {
    settle();
  }

  @Override
  public void compute(Action action, Runnable computation) {
    Instruction instruction = action.logged();
    GpuWork simulated = work.apply(action);
    idleUntilNow();
    double start = gpu.nowSeconds();
    if (!paced) {
      computation.run();
      double seconds = clock.seconds() - start;
      gpu.run(simulated, seconds / simulated.seconds(highestMhz));
    } else {
      long before = busy.nanos();
      long elapsedBefore = busy.elapsedNanos();
      computation.run();
      double undisturbed =
          pace.undisturbedSeconds(
              instruction,
              (busy.nanos() - before) / 1e9,
              (busy.elapsedNanos() - elapsedBefore) / 1e9);
      double seconds = undisturbed * hostSlowdown;
      gpu.run(simulated, seconds / simulated.seconds(highestMhz));
      lateness = lateness.with(gpu.nowSeconds() - start, clock.seconds() - gpu.nowSeconds());
      clock.sleepUntil(gpu.nowSeconds());
    }
    log.executed(instruction, start, gpu.nowSeconds());
  }

  @Override
  public void idle(Instruction instruction, Runnable action) {
    idleUntilNow();
    double start = gpu.nowSeconds();
    action.run();
    idleUntilNow();
    log.executed(instruction, start, gpu.nowSeconds());
  }

  @Override
  public void close() {
    // The clocks of a simulated GPU need no reset.
  }
}
