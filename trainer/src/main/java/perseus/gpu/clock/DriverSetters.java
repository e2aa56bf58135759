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
    // There is nothing to close: the owner of the GPUs closes them.
  }

  /**
   * Sets the clocks of one GPU. This is the only class that calls the setting methods of {@link
   * Gpu}.
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
