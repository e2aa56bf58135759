package perseus.gpu;

import java.util.List;
import java.util.Map;

/**
 * Defines the operations on one real GPU: reading its sensors, and setting its clocks and its power
 * limit. All methods may be called by several threads at the same time.
 *
 * <p>Simulated GPUs do not implement {@code Gpu}, because they run on a virtual clock: see {@link
 * perseus.gpu.sim.SimulatedGpu}.
 *
 * <p>Every method throws a {@link GpuException} if the driver refuses the call. The message of a
 * {@link GpuException} tells the user what to do.
 */
public interface Gpu extends AutoCloseable {
  /** Returns the description of the GPU, which does not change while the program runs. */
  GpuInfo info();

  /**
   * Returns further properties of the GPU that are shown to users, such as its persistence mode.
   * Each key of the returned map is the name of a property, and each value is a text such as {@code
   * on}.
   */
  default Map<String, String> details() {
    return Map.of();
  }

  /**
   * Returns the value of the GPU's cumulative energy counter in millijoules. The first value of the
   * counter is arbitrary, so that only differences between two values are meaningful. The driver
   * updates the energy counter every 20 to 100 ms. A call of {@code energyMillijoules} takes up to
   * 34 ms on some drivers.
   */
  long energyMillijoules();

  /**
   * Returns the power samples that the driver has stored since a given time, in order of time. The
   * driver keeps only the latest samples: about 120 samples, one every 20 ms.
   *
   * @param afterMicros Unix time in microseconds; only later samples are returned
   * @throws GpuException with the reason {@code NOT_SUPPORTED} if the GPU or the driver has no
   *     power samples
   */
  List<PowerSample> powerSamples(long afterMicros);

  /** Returns the present temperature and SM clock of the GPU. */
  GpuState state();

  /** Returns the free memory of the GPU in bytes. */
  long freeMemoryBytes();

  /**
   * Locks the SM clock of the GPU at the given clock. The GPU reaches the requested clock some
   * milliseconds after the call. Kernels continue to run while the clock of the GPU changes.
   *
   * @param clockMhz one of the clocks in {@link GpuInfo#clocksMhz()}
   */
  void lockClocks(int clockMhz);

  /** Removes the lock of the SM clock, so that the GPU chooses its clock itself. */
  void resetClocks();

  /**
   * Sets the power limit of the GPU.
   *
   * @param watts power limit in watts, within the range of {@link GpuInfo#powerLimits()}
   */
  void setPowerLimit(double watts);

  /** Sets the power limit of the GPU to its default. */
  void resetPowerLimit();

  /**
   * Releases the GPU. The method {@code close} changes neither the clock nor the power limit of the
   * GPU.
   */
  @Override
  void close();
}
