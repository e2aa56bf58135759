package perseus.agent.gpu;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import perseus.agent.wire.AgentClock;
import perseus.gpu.ClocksInForce;
import perseus.gpu.Gpu;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.lease.Pause;
import perseus.rank.device.LockedClocks;
import perseus.rank.device.RankClocks;
import perseus.record.GpuMonitor;

/**
 * Reads the sensors of one real GPU and sets its clocks. If several ranks use the GPU, the log of
 * each rank gets all sensor readings.
 */
final class RealAgentGpu implements AgentGpu {
  /** The energy counter shows used energy at most this time later. */
  private static final java.time.Duration SETTLE = java.time.Duration.ofMillis(500);

  private final Gpu gpu;
  private final AgentClock clock;
  private final double startSeconds;
  private final GpuMonitor monitor;
  private final ClockControl control;
  private final Consumer<String> report;
  private final Set<SensorSink> recorders = new CopyOnWriteArraySet<>();
  private RankClocks clocks;

  /**
   * @param gpu the GPU; the caller closes it
   * @param control how the clocks of GPUs are set: through the driver, through Zeus's daemon, or
   *     never
   * @param report function that receives sentences for the user
   */
  RealAgentGpu(Gpu gpu, ClockControl control, AgentClock clock, Consumer<String> report) {
    this.gpu = gpu;
    this.clock = clock;
    this.control = control;
    this.report = report;
    this.startSeconds = clock.seconds();
    this.monitor = new GpuMonitor(gpu, clock::seconds, clock.zeroMicros(), new FanOut());
  }

  private final class FanOut implements SensorSink {
    @Override
    public void energy(double timeSeconds, long millijoules) {
      recorders.forEach(recorder -> recorder.energy(timeSeconds, millijoules));
    }

    @Override
    public void power(PowerSample sample) {
      recorders.forEach(recorder -> recorder.power(sample));
    }

    @Override
    public void state(double timeSeconds, GpuState state) {
      recorders.forEach(recorder -> recorder.state(timeSeconds, state));
    }
  }

  @Override
  public String uuid() {
    return gpu.info().uuid();
  }

  @Override
  public void record(SensorSink sink) {
    if (sink == null) {
      recorders.clear();
    } else {
      recorders.add(sink);
    }
  }

  @Override
  public synchronized void beginRound(boolean warmup, int firstClockMhz) {
    if (clocks == null) {
      clocks =
          control instanceof ClockControl.Setting setting
              ? new LockedClocks(gpu, setting, report)
              : RankClocks.NONE;
    }
    clocks.beginRound(warmup, firstClockMhz);
    monitor.takeStates();
  }

  @Override
  public synchronized void want(int clockMhz) {
    if (clocks != null) {
      clocks.want(clockMhz);
    }
  }

  @Override
  public DoubleSupplier joulesAt(double seconds) {
    return () -> monitor.joulesAt(seconds);
  }

  @Override
  public synchronized ClocksInForce clocksInForce() {
    List<GpuState> states = monitor.takeStates();
    double mean = states.stream().mapToInt(GpuState::smMhz).average().orElse(Double.NaN);
    return clocks == null
        ? new ClocksInForce(mean, Double.NaN, Double.NaN)
        : new ClocksInForce(mean, clocks.heldShare(states), clocks.switchSeconds());
  }

  @Override
  public void settle() {
    Pause.of(SETTLE);
  }

  AgentGpus.Energy energy() {
    double now = clock.seconds();
    return new AgentGpus.Energy(
        "GPU %d (%s, %s)".formatted(gpu.info().index(), gpu.info().name(), uuid()),
        monitor.joulesAt(now),
        now - startSeconds);
  }

  @Override
  public synchronized void close() {
    if (clocks != null) {
      clocks.close();
      clocks = RankClocks.NONE;
    }
  }

  void closeMonitor() {
    monitor.close();
  }
}
