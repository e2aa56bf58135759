package perseus.gpu;

import java.util.List;
import java.util.Set;

/**
 * Defines the operations on one real or simulated GPU, such as locking its clocks and reading its
 * energy counter.
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

  /**
   * Returns the SM clocks in MHz to which the GPU can be locked, from the highest to the lowest.
   */
  List<Integer> supportedClocksMhz();

  /**
   * Returns the value of the GPU's cumulative energy counter in joules. The first value of the
   * energy counter is arbitrary, so that only differences between two values are meaningful. The
   * energy counter of a real GPU is updated only every 20 to 100 ms.
   */
  double energyJoules();

  /** Returns the current power limit of the GPU in watts. */
  double powerLimitWatts();

  /**
   * Returns the reasons why the GPU runs below the requested clock. The set of reasons is empty if
   * the GPU runs at the requested clock.
   */
  Set<ThrottleReason> throttleReasons();

  /**
   * Locks the clock of the GPU's multiprocessors (SM clock) to the requested value. The GPU runs at
   * a requested clock only some milliseconds after the request. Running work continues while the
   * clock of the GPU changes.
   *
   * @param clockMhz requested SM clock in MHz, which must be one of {@link #supportedClocksMhz()}
   * @throws IllegalArgumentException if the GPU does not support the requested clock
   */
  void lockClocks(int clockMhz);

  /**
   * Removes the lock of the GPU's clocks. After a call of {@code resetClocks}, the GPU chooses its
   * clocks itself.
   */
  void resetClocks();

  /** Removes the lock of the GPU's clocks and releases the GPU. */
  @Override
  void close();
}
