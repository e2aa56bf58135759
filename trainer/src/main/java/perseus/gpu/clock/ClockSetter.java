package perseus.gpu.clock;

import perseus.gpu.GpuInfo;

/**
 * Sets the clocks and the power limit of one real GPU. All methods are thread-safe. Each method
 * returns when the driver has accepted the new clock or power limit; the GPU runs at the new clock
 * some milliseconds later.
 *
 * <p>Every method throws a {@link perseus.gpu.GpuException} if the driver refuses the clock or the
 * power limit. The message of a {@link perseus.gpu.GpuException} tells the user what to do.
 */
public interface ClockSetter {
  GpuInfo info();

  /**
   * Locks the SM clock of the GPU at the given clock.
   *
   * @param clockMhz one of the clocks in {@link GpuInfo#clocksMhz()}
   */
  void lockClocks(int clockMhz);

  /** Removes the lock of the SM clock. */
  void resetClocks();

  /**
   * Sets the power limit of the GPU.
   *
   * @param watts power limit in watts
   */
  void setPowerLimit(double watts);

  /** Sets the power limit of the GPU to its default. */
  void resetPowerLimit();
}
