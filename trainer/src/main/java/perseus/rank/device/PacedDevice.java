package perseus.rank.device;

import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.job.Lateness;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * A simulated GPU that keeps pace with the wall clock, while the host computes the tensors.
 *
 * <p>If an undisturbed host needs the time t for an instruction ({@link HostPace}), the GPU takes
 * slowdown * t at its highest clock, and longer at lower clocks, as the GPU's model says. When the
 * host has finished its computation, it waits until the GPU's time has passed.
 *
 * <p>Clock changes, power and the energy counter are simulated by {@link SimulatedGpu} and {@link
 * perseus.gpu.sim.EnergyCounter}; this class tells them the times. A clock changes some
 * milliseconds after it is requested, which may be within an instruction.
 */
public final class PacedDevice {
  private final SimulatedGpu gpu;
  private final int highestMhz;
  private final boolean paced;
  private double hostSlowdown = 1;
  private final WallClock clock;
  private final BusyTime busy;
  private final HostPace pace = new HostPace();
  private final InstructionSink log;
  private Lateness lateness = Lateness.NONE;

  /**
   * @param paced whether to wait for the simulated GPU; if not, an instruction takes as long as the
   *     host needs
   * @param log accepts executed instructions
   */
  public PacedDevice(
      SimulatedGpu gpu, boolean paced, WallClock clock, BusyTime busy, InstructionSink log) {
    this.gpu = gpu;
    this.highestMhz = gpu.supportedClocksMhz().get(0);
    this.paced = paced;
    this.clock = clock;
    this.busy = busy;
    this.log = log;
  }

  /**
   * Begins a frequency schedule; see {@link HostPace}.
   *
   * @param slowdown factor on the host's undisturbed times, equal on all ranks
   */
  public void beginRound(boolean warmup, double slowdown) {
    pace.beginRound(warmup);
    lateness = Lateness.NONE;
    hostSlowdown = slowdown;
  }

  /** Returns the minimum slowdown with which this rank's host keeps up. */
  public double neededSlowdown() {
    return pace.slowdown();
  }

  /** Returns how well the host has kept up since the frequency schedule began. */
  public Lateness lateness() {
    return lateness;
  }

  /** Requests a clock in MHz, which takes effect some milliseconds later. */
  public void lockClocks(int clockMhz) {
    idleUntilNow();
    gpu.lockClocks(clockMhz);
  }

  /** Makes the simulated GPU idle until the wall clock's present time. */
  public void idleUntilNow() {
    gpu.block(clock.seconds());
  }

  /** Returns the time until which the GPU has been simulated, in seconds on the rank's clock. */
  public double nowSeconds() {
    return gpu.nowSeconds();
  }

  /** Returns the energy drawn until {@link #nowSeconds}, in joules. */
  public double energyJoules() {
    return gpu.energyJoules();
  }

  /**
   * Executes and logs an instruction.
   *
   * @param work the instruction's work on the simulated GPU
   * @param computation the instruction's computation on the host
   */
  public void compute(Instruction instruction, GpuWork work, Runnable computation) {
    idleUntilNow();
    double start = gpu.nowSeconds();
    if (!paced) {
      computation.run();
      double seconds = clock.seconds() - start;
      gpu.run(work, seconds / work.seconds(highestMhz));
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
      gpu.run(work, seconds / work.seconds(highestMhz));
      lateness = lateness.with(gpu.nowSeconds() - start, clock.seconds() - gpu.nowSeconds());
      clock.sleepUntil(gpu.nowSeconds());
    }
    log.executed(instruction, start, gpu.nowSeconds());
  }

  /** Runs and logs an action during which the GPU idles, such as loading data. */
  public void idle(Instruction instruction, Runnable action) {
    idleUntilNow();
    double start = gpu.nowSeconds();
    action.run();
    idleUntilNow();
    log.executed(instruction, start, gpu.nowSeconds());
  }
}
