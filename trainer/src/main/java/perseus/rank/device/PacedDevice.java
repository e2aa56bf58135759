package perseus.rank.device;

import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.job.Lateness;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * A simulated GPU on the wall clock. What takes the host a time t takes the GPU t at its highest
 * clock, and at the clock in force as much longer as the GPU's model says: the rest of that time is
 * waited for. t is the host's {@linkplain HostPace pace}. Clocks change some milliseconds after
 * they are wanted, in the middle of an instruction where it falls so; power and the energy counter,
 * its steps, its lag and the rows that a poller writes follow the models of {@link SimulatedGpu}
 * and {@link perseus.gpu.sim.EnergyCounter}, which this class tells what happened when.
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
   * @param paced whether to wait; without, an instruction takes as long as the host needs
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
   * @param slowdown factor on the host's undisturbed times, the same on all ranks
   */
  public void beginRound(boolean warmup, double slowdown) {
    pace.beginRound(warmup);
    lateness = Lateness.NONE;
    hostSlowdown = slowdown;
  }

  /** What the host's slowdown would have to be, as far as this rank can tell. */
  public double neededSlowdown() {
    return pace.slowdown();
  }

  /** How well the host has kept up since the frequency schedule began. */
  public Lateness lateness() {
    return lateness;
  }

  /** Asks for a clock, which comes into force a little later. */
  public void lockClocks(int clockMhz) {
    rest();
    gpu.lockClocks(clockMhz);
  }

  /** Lets the GPU wait until now. */
  public void rest() {
    gpu.block(clock.seconds());
  }

  /** The energy drawn until the last rest or instruction, in joules. */
  public double joules() {
    return gpu.energyJoules();
  }

  /** Computes an instruction and logs it. */
  public void compute(Instruction instruction, GpuWork work, Runnable computation) {
    rest();
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
          pace.of(
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

  /** Does and logs something that does not run at the GPU's clock, such as loading data. */
  public void wait(Instruction instruction, Runnable action) {
    rest();
    double start = gpu.nowSeconds();
    action.run();
    rest();
    log.executed(instruction, start, gpu.nowSeconds());
  }
}
