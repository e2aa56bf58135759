package perseus.rank.device;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import perseus.gpu.Gpu;
import perseus.gpu.GpuState;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockSetters;
import perseus.gpu.clock.ClockThread;
import perseus.gpu.clock.SwitchingTimes;
import perseus.gpu.clock.lease.Pause;

/**
 * Locks the clocks of a rank's GPU. During the first warm-up, the class measures how long a change
 * of clock takes. Only the rank's training thread may use an instance.
 */
public final class LockedClocks implements RankClocks {
  /**
   * Time from the request of a schedule's first clock to its first instruction, so that the clock
   * is in force. On real GPUs, a change of clock takes 10 to 100 ms.
   */
  private static final Duration SETTLE = Duration.ofMillis(100);

  private final Gpu gpu;
  private final Consumer<String> report;
  private final ClockSetters way;
  private final ClockThread thread;
  private boolean measured;
  private SwitchingTimes measurement;

  private int lowestMhz;
  private int highestMhz;

  /**
   * @param gpu the GPU whose clocks are locked; the caller closes it
   * @param control how clocks are set
   * @param report function that receives sentences for the user
   */
  public LockedClocks(Gpu gpu, ClockControl.Setting control, Consumer<String> report) {
    this.gpu = gpu;
    this.report = report;
    this.way = control.open();
    this.thread = new ClockThread(way.of(gpu), report);
  }

  @Override
  public void beginRound(boolean warmup, int firstClockMhz) {
    if (warmup && !measured) {
      measured = true;
      measurement = SwitchingTimes.start(gpu, thread);
    } else if (!warmup) {
      endMeasurement();
    }
    lowestMhz = Integer.MAX_VALUE;
    highestMhz = 0;
    if (measurement == null) {
      want(firstClockMhz);
      Pause.of(SETTLE);
    }
  }

  @Override
  public void want(int clockMhz) {
    lowestMhz = Math.min(lowestMhz, clockMhz);
    highestMhz = Math.max(highestMhz, clockMhz);
    if (measurement != null) {
      // While clock changes are measured, the measurement itself requests clocks, and all other
      // requests are ignored.
      return;
    }
    thread.requireAlive();
    thread.want(clockMhz);
  }

  @Override
  public double heldShare(List<GpuState> states) {
    if (measurement != null || states.isEmpty() || lowestMhz != highestMhz) {
      return Double.NaN;
    }
    List<Integer> clocks = gpu.info().clocksMhz();
    int step = clocks.size() < 2 ? 0 : clocks.get(0) - clocks.get(1);
    long held =
        states.stream().filter(state -> Math.abs(state.smMhz() - highestMhz) <= step).count();
    return (double) held / states.size();
  }

  @Override
  public double switchSeconds() {
    if (measurement == null || !measurement.isFinished()) {
      return Double.NaN;
    }
    return endMeasurement().orElse(Double.NaN);
  }

  private OptionalDouble endMeasurement() {
    if (measurement == null) {
      return OptionalDouble.empty();
    }
    SwitchingTimes.Result result = measurement.result();
    measurement = null;
    if (result.neverInForce() > 0) {
      report.accept(result.describe());
    }
    return result.medianSeconds();
  }

  @Override
  public void close() {
    if (measurement != null) {
      measurement.close();
    }
    thread.close();
    way.close();
  }
}
