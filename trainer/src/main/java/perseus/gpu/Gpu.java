package perseus.gpu;

import java.util.List;
import java.util.Set;

/** One GPU: its clocks can be locked, and its energy counter can be read. */
public interface Gpu extends AutoCloseable {
  /** A reason why a GPU runs below the requested clock. */
  enum ThrottleReason {
    POWER_LIMIT,
    TEMPERATURE,
    HARDWARE_SLOWDOWN
  }

  /** Name of the GPU's model, as the vendor or the simulation gives it. */
  String name();

  /** The SM clocks in MHz to which the GPU can be locked, highest first. */
  List<Integer> supportedClocksMhz();

  /**
   * The cumulative energy counter in joules. Its starting value is arbitrary and it changes every
   * 20 to 100 ms, so that only differences are meaningful.
   */
  double energyJoules();

  /** The current power limit in watts. */
  double powerLimitWatts();

  /** Reasons why the GPU currently runs below the requested clock; empty if it does not. */
  Set<ThrottleReason> throttleReasons();

  /**
   * Requests an SM clock. It takes effect a little later; running work continues meanwhile.
   *
   * @param clockMhz one of {@link #supportedClocksMhz()}
   * @throws IllegalArgumentException if the GPU does not support the clock
   */
  void lockClocks(int clockMhz);

  /** Lets the GPU choose its clock again. */
  void resetClocks();

  /** Resets the clocks and releases the GPU. */
  @Override
  void close();
}
