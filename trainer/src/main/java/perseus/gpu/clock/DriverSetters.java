package perseus.gpu.clock;

import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;

/** Sets clocks and power limits by the driver of the GPUs. */
final class DriverSetters implements ClockSetters {
  @Override
  public ClockSetter of(Gpu gpu) {
    return new DriverClocks(gpu);
  }

  @Override
  public void close() {
    // The driver belongs to the GPUs, which their owner closes.
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
      permitted(() -> gpu.lockClocks(clockMhz));
    }

    @Override
    public void resetClocks() {
      permitted(gpu::resetClocks);
    }

    @Override
    public void setPowerLimit(double watts) {
      permitted(() -> gpu.setPowerLimit(watts));
    }

    @Override
    public void resetPowerLimit() {
      permitted(gpu::resetPowerLimit);
    }

    private void permitted(Runnable call) {
      try {
        call.run();
      } catch (GpuException e) {
        throw e.reason() == GpuException.Reason.NO_PERMISSION ? noPermission() : e;
      }
    }

    private GpuException noPermission() {
      return new GpuException(
          GpuException.Reason.NO_PERMISSION,
          "This process may not set the clocks of GPU %d (%s), because this needs root or CAP_SYS_ADMIN. Start the command with sudo, or set clocks by Zeus's daemon with --clock_control zeusd:%s, or measure at the present clocks with --clock_control none (under Slurm, one run for each clock with srun --gpu-freq)."
              .formatted(info().index(), info().uuid(), ClockControl.ZEUSD_DEFAULT_SOCKET));
    }
  }
}
