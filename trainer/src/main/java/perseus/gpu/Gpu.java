package perseus.gpu;

import java.util.List;
import java.util.Set;

/**
 * Defines the access to one real or simulated GPU: to lock its clocks and to read its energy
 * counter.
 */
public interface Gpu extends AutoCloseable {
  /** Lists the reasons why a GPU can run below the requested clock. */
  enum ThrottleReason {
    POWER_LIMIT,
    TEMPERATURE,
    HARDWARE_SLOWDOWN
  }

  /** Returns the name of the GPU model, as the vendor or the simulation defines it. */
  String name();

  /** Returns the SM clocks in MHz to which the GPU can be locked, the highest first. */
  List<Integer> supportedClocksMhz();

  /**
   * Returns the value of the cumulative energy counter in joules. The first value of the counter is
   * arbitrary, so only differences between two values are meaningful. The counter of a real GPU is
   * updated only every 20 to 100 ms.
   */
  double energyJoules();

  /** Returns the current power limit in watts. */
  double powerLimitWatts();

  /**
   * Returns the reasons why the GPU runs below the requested clock. The set is empty if the GPU
   * runs at the requested clock.
   */
  Set<ThrottleReason> throttleReasons();

  /**
   * Requests an SM clock. The GPU runs at the new clock only some milliseconds later. Work that is
   * running continues while the clock changes.
   *
   * @param clockMhz requested clock in MHz, one of {@link #supportedClocksMhz()}
   * @throws IllegalArgumentException if the GPU does not support the clock
   */
  void lockClocks(int clockMhz);

  /** Removes the lock of the clocks. After this call, the GPU chooses its clocks itself. */
  void resetClocks();

  /** Resets the clocks and releases the GPU. */
  @Override
  void close();
}
