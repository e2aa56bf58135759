package perseus.rank.device;

import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.job.Lateness;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * Runs a simulated GPU in step with the wall clock, while the host computes the tensors.
 *
 * <p>{@link HostPace} estimates the time that an undisturbed host needs for an instruction. At the
 * highest clock, the time of an instruction on the simulated GPU is the product of the slowdown (a
 * factor) and the time of the instruction on an undisturbed host. At a lower clock, the simulated
 * GPU takes longer for an instruction, according to its {@link perseus.gpu.sim.GpuModel}. When the
 * host has finished the computation of an instruction, the host waits until the simulated GPU has
 * also finished the instruction.
 *
 * <p>{@link SimulatedGpu} and {@link perseus.gpu.sim.EnergyCounter} simulate clock changes, power
 * and the energy counter. The class {@code PacedDevice} decides at which times the simulated GPU
 * runs and waits. A requested clock takes effect some milliseconds after the request, possibly
 * during an instruction.
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
   * @param paced whether the host waits for the simulated GPU. If the host does not wait, each
   *     instruction takes as long as its computation on the host.
   * @param log object that receives the executed instructions
   */
  public PacedDevice(
      SimulatedGpu gpu, boolean paced, WallClock clock, BusyTime busy, InstructionSink log) {
    this.gpu = gpu;
    this.highestMhz = gpu.model().maxClockMhz();
    this.paced = paced;
    this.clock = clock;
    this.busy = busy;
    this.log = log;
  }

  /**
   * Begins a frequency schedule. The method discards the lateness (the delays of late instructions)
   * that was measured under the previous frequency schedule.
   *
   * @param slowdown the time of an instruction on the simulated GPU at the highest clock, divided
   *     by the time of the same instruction on an undisturbed host. The slowdown is the same on all
   *     ranks.
   */
  public void beginRound(boolean warmup, double slowdown) {
    pace.beginRound(warmup);
    lateness = Lateness.NONE;
    hostSlowdown = slowdown;
  }

  /**
   * Returns the smallest slowdown at which this rank's host is at least as fast as the simulated
   * GPU for most instructions.
   */
  public double neededSlowdown() {
    return pace.slowdown();
  }

  /**
   * Returns two measurements since the start of the frequency schedule: how many instructions the
   * host finished later than the simulated GPU, and the sum of the delays.
   */
  public Lateness lateness() {
    return lateness;
  }

  /**
   * Requests a clock of the simulated GPU in MHz. The clock of the simulated GPU changes some
   * milliseconds after the request.
   */
  public void lockClocks(int clockMhz) {
    idleUntilNow();
    gpu.lockClocks(clockMhz);
  }

  /**
   * Lets the simulated GPU wait until the current time of the wall clock. The simulated GPU draws
   * its blocking power while it waits.
   */
  public void idleUntilNow() {
    gpu.block(clock.seconds());
  }

  /** Returns the time on the rank's clock, in seconds, until which the GPU has been simulated. */
  public double nowSeconds() {
    return gpu.nowSeconds();
  }

  /** Returns the energy in joules that the simulated GPU has used until {@link #nowSeconds}. */
  public double energyJoules() {
    return gpu.energyJoules();
  }

  /**
   * Executes an instruction on the host and on the simulated GPU, and logs the start and the end of
   * the instruction.
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

  /**
   * Runs and logs an action during which the GPU waits, such as loading data. The simulated GPU
   * draws its blocking power while it waits.
   */
  public void idle(Instruction instruction, Runnable action) {
    idleUntilNow();
    double start = gpu.nowSeconds();
    action.run();
    idleUntilNow();
    log.executed(instruction, start, gpu.nowSeconds());
  }
}
