package perseus.gpu.clock;

import perseus.gpu.GpuInfo;

/**
 * Sets the clocks and the power limit of one real GPU. All methods may be called by several threads
 * at the same time. Each method returns when the driver has accepted the setting; the clock of the
 * GPU changes some milliseconds later.
 *
 * <p>Every method throws a {@link perseus.gpu.GpuException} if the setting is refused. The
 * exception's message is a sentence that tells the user what to do.
 */
public interface ClockSetter {
  /** Returns the description of the GPU. */
  GpuInfo info();

  /**
   * Locks the SM clock of the GPU.
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
