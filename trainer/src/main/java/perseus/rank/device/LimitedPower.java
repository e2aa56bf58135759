package perseus.rank.device;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuState;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockSetter;
import perseus.gpu.clock.ClockSetters;
import perseus.gpu.clock.ClockThread;

/**
 * Sets the power limit of a rank's GPU, for schedules whose power states are watts. The GPU chooses
 * its clocks within the limit. Only the rank's training thread may use an instance.
 */
final class LimitedPower implements RankClocks {
  private final ClockSetters way;
  private final ClockThread thread;

  /**
   * @param gpu the GPU whose power is limited; its owner closes it
   * @param control how power limits are set
   * @param report receives sentences for the user
   */
  LimitedPower(Gpu gpu, ClockControl.Setting control, Consumer<String> report) {
    this.way = control.open();
    this.thread = new ClockThread(new Watts(way.of(gpu)), report);
  }

  /** Sets a power limit when the clock thread would lock a clock. */
  private record Watts(ClockSetter gpu) implements ClockSetter {
    @Override
    public GpuInfo info() {
      return gpu.info();
    }

    @Override
    public void lockClocks(int watts) {
      try {
        gpu.setPowerLimit(watts);
      } catch (GpuException e) {
        // The clock thread would replace a refused clock by a neighbour. A power limit has no
        // neighbour.
        throw e.reason() == Reason.REFUSED ? new GpuException(Reason.OTHER, e.getMessage()) : e;
      }
    }

    @Override
    public void resetClocks() {
      gpu.resetClocks();
    }

    @Override
    public void setPowerLimit(double watts) {
      gpu.setPowerLimit(watts);
    }

    @Override
    public void resetPowerLimit() {
      gpu.resetPowerLimit();
    }
  }

  @Override
  public void beginRound(boolean warmup, int firstWatts) {
    want(firstWatts);
  }

  @Override
  public void want(int watts) {
    Optional<GpuException> failure = thread.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    thread.want(watts);
  }

  @Override
  public double heldShare(List<GpuState> states) {
    return Double.NaN;
  }

  @Override
  public double switchSeconds() {
    return Double.NaN;
  }

  @Override
  public void close() {
    thread.close();
    way.close();
  }
}
