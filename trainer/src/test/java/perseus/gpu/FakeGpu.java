package perseus.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.EnergySource;

/**
 * Simulates a GPU with constant power and an energy counter that changes every 20 ms. Tests choose
 * whether its functions fail.
 */
public final class FakeGpu implements Gpu {
  private final DoubleSupplier epochSeconds;
  private final double watts;
  private final EnergySource source;

  /** The reason for which every call fails; null if calls succeed. */
  public volatile Reason failure;

  /** True if the energy counter no longer changes and there are no new power samples. */
  public volatile boolean stuck;

  public FakeGpu(DoubleSupplier epochSeconds, double watts, EnergySource source) {
    this.epochSeconds = epochSeconds;
    this.watts = watts;
    this.source = source;
  }

  @Override
  public GpuInfo info() {
    return new GpuInfo(
        0, "GPU-0", "00000000:01:00.0", "Fake", "1.0", List.of(1500, 1200, 900), null, source, 90);
  }

  private void requireAlive() {
    if (failure != null) {
      throw new GpuException(failure, "The call failed as the test asked.");
    }
  }

  @Override
  public long energyMillijoules() {
    requireAlive();
    if (stuck) {
      return 12_345;
    }
    return Math.round(1e3 * watts * 0.02 * Math.floor(epochSeconds.getAsDouble() / 0.02));
  }

  @Override
  public List<PowerSample> powerSamples(long afterMicros) {
    requireAlive();
    if (stuck) {
      return List.of();
    }
    long now = (long) (1e6 * epochSeconds.getAsDouble());
    List<PowerSample> samples = new ArrayList<>();
    for (long time = now - now % 20_000 - 2_000_000; time <= now; time += 20_000) {
      if (time > afterMicros) {
        samples.add(new PowerSample(time, watts));
      }
    }
    return samples;
  }

  @Override
  public GpuState state() {
    requireAlive();
    return new GpuState(40, 1500, 4);
  }

  @Override
  public long freeMemoryBytes() {
    requireAlive();
    return 1L << 30;
  }

  @Override
  public void lockClocks(int clockMhz) {
    requireAlive();
  }

  @Override
  public void resetClocks() {
    requireAlive();
  }

  @Override
  public void setPowerLimit(double limit) {
    requireAlive();
  }

  @Override
  public void resetPowerLimit() {
    requireAlive();
  }

  @Override
  public void close() {}
}
