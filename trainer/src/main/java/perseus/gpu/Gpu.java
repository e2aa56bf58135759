package perseus.gpu;

import java.util.List;
import java.util.Set;

/** One GPU: what it can be told and what it tells about its energy. */
public interface Gpu extends AutoCloseable {
  /** Why a GPU runs below the clock that it was asked for. */
  enum ThrottleReason {
    POWER_LIMIT,
    TEMPERATURE,
    HARDWARE_SLOWDOWN
  }

  /** The name that the vendor, or the simulation, gives it. */
  String name();

  /** The SM clocks in MHz that it can be locked to, highest first. */
  List<Integer> supportedClocksMhz();

  /**
   * The cumulative energy counter in joules. It starts anywhere and changes every 20 to 100 ms;
   * only differences mean something.
   */
  double energyJoules();

  /** The power limit in force, in watts. */
  double powerLimitWatts();

  /** Why the GPU is below the wanted clock just now; empty if it is not. */
  Set<ThrottleReason> throttleReasons();

  /**
   * Asks for an SM clock. It comes into force a little later; work in progress goes on meanwhile.
   *
   * @param clockMhz one of {@link #supportedClocksMhz()}
   * @throws IllegalArgumentException if the GPU does not support that clock
   */
  void lockClocks(int clockMhz);

  /** Gives the choice of the clock back to the GPU. */
  void resetClocks();

  /** Resets the clocks and lets go of the GPU. */
  @Override
  void close();
}
