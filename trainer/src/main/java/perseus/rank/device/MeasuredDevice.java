package perseus.rank.device;

import java.util.List;
import perseus.engine.StageProgram.Action;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuState;
import perseus.job.DeviceReport;
import perseus.pipeline.Instruction;
import perseus.record.GpuMonitor;
import perseus.record.InstructionSink;

/**
 * Runs instructions on a real GPU, and measures its energy while they run. A {@link GpuMonitor}
 * reads the sensors in its own thread, so that an instruction never waits for a sensor.
 */
public final class MeasuredDevice implements Device {
  /**
   * Time in seconds that the rank waits before the first iteration and after the last iteration.
   * The logs then contain changes of the energy counter before and after all instructions.
   */
  private static final double SETTLE_SECONDS = 0.5;

  private final GpuMonitor monitor;
  private final RankClocks clocks;
  private final WallClock clock;
  private final InstructionSink log;

  /**
   * @param monitor the monitor of the rank's GPU; the device closes it
   * @param clocks object that requests clocks of the rank's GPU; the device closes it
   * @param log object that receives the executed instructions
   */
  public MeasuredDevice(
      GpuMonitor monitor, RankClocks clocks, WallClock clock, InstructionSink log) {
    this.monitor = monitor;
    this.clocks = clocks;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void beginRound(boolean warmup, double hostSlowdown, int firstClockMhz) {
    clocks.beginRound(warmup, firstClockMhz);
    monitor.takeStates();
  }

  @Override
  public void wantClockMhz(int clockMhz) {
    clocks.want(clockMhz);
  }

  @Override
  public void compute(Action action, Runnable computation) {
    idle(action.logged(), computation);
  }

  @Override
  public void idle(Instruction instruction, Runnable action) {
    double start = clock.seconds();
    action.run();
    log.executed(instruction, start, clock.seconds());
  }

  @Override
  public Reading read() {
    monitor.requireAlive();
    double seconds = clock.seconds();
    return new Reading() {
      @Override
      public double seconds() {
        return seconds;
      }

      @Override
      public double joules() {
        return monitor.joulesAt(seconds);
      }
    };
  }

  @Override
  public DeviceReport report() {
    List<GpuState> states = monitor.takeStates();
    double mean = states.stream().mapToInt(GpuState::smMhz).average().orElse(Double.NaN);
    return DeviceReport.ofRealGpu(
        new ClocksInForce(mean, clocks.heldShare(states), clocks.switchSeconds()));
  }

  @Override
  public void settle() {
    clock.sleepUntil(clock.seconds() + SETTLE_SECONDS);
    monitor.requireAlive();
  }

  @Override
  public void finishLogs() {
    settle();
    monitor.close();
    monitor.requireAlive();
  }

  @Override
  public void close() {
    clocks.close();
    monitor.close();
  }
}
