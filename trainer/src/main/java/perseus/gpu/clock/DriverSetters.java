package perseus.gpu.clock;

import perseus.gpu.Gpu;
import perseus.gpu.GpuInfo;

/** Sets clocks and power limits through the driver of the GPUs. */
final class DriverSetters implements ClockSetters {
  @Override
  public ClockSetter of(Gpu gpu) {
    return new DriverClocks(gpu);
  }

  @Override
  public void close() {
    // The caller that opened the GPUs closes them.
  }

  /**
   * Sets the clocks of one GPU. Only {@code DriverClocks} calls the methods of {@link Gpu} that set
   * clocks or power limits.
   */
  private record DriverClocks(Gpu gpu) implements ClockSetter {
    @Override
    public GpuInfo info() {
      return gpu.info();
    }

    @Override
    public void lockClocks(int clockMhz) {
      gpu.lockClocks(clockMhz);
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
}
