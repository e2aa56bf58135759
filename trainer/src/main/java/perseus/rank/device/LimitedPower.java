package perseus.rank.device;

import java.util.function.Consumer;
import perseus.gpu.Gpu;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockSetters;
import perseus.gpu.clock.ClockThread;

/**
 * Sets the power limit of a rank's GPU. The class is used if frequency schedules contain power
 * limits in watts instead of clocks in MHz. The GPU chooses its clocks so that its power stays
 * within the limit. Only the rank's training thread may use an instance.
 */
final class LimitedPower implements RankClocks {
  private final ClockSetters way;
  private final ClockThread thread;

  /**
   * @param gpu the GPU whose power is limited; the caller closes it
   * @param control how power limits are set
   * @param report function that receives sentences for the user
   */
  LimitedPower(Gpu gpu, ClockControl.Setting control, Consumer<String> report) {
    this.way = control.open();
    this.thread = ClockThread.ofPowerLimit(way.of(gpu), report);
  }

  @Override
  public void beginRound(boolean warmup, int firstWatts) {
    want(firstWatts);
  }

  @Override
  public void want(int watts) {
    thread.requireAlive();
    thread.want(watts);
  }

  @Override
  public void close() {
    thread.close();
    way.close();
  }
}
