package perseus.rank.device;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import perseus.record.RankRecorder;

/**
 * Measures the time of a rank in seconds since the start of the rank. The measured time never
 * decreases.
 */
public final class WallClock {
  /** Delay in nanoseconds with which the operating system typically wakes up a sleeping thread. */
  private static final long WAKE_UP_NANOS = 60_000;

  private final long zeroNanos = System.nanoTime();
  private final Instant zero = Instant.now();

  /**
   * Returns the Unix time at which this clock was 0, in ticks of 0.1 microseconds ({@link
   * RankRecorder#TICKS_PER_SECOND}).
   */
  public long zeroTicks() {
    return zero.getEpochSecond() * RankRecorder.TICKS_PER_SECOND
        + zero.getNano() * RankRecorder.TICKS_PER_SECOND / 1_000_000_000L;
  }

  /** Returns the time in seconds since the start of the rank. */
  public double seconds() {
    return (System.nanoTime() - zeroNanos) / 1e9;
  }

  /**
   * Waits until this clock shows the given time in seconds. If the given time has already passed,
   * the method {@code sleepUntil} returns immediately.
   */
  public void sleepUntil(double seconds) {
    long end = zeroNanos + Math.round(seconds * 1e9);
    // The last 60 microseconds of a wait are spent in a loop, because the operating system wakes up
    // a thread too late.
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (left > WAKE_UP_NANOS) {
        LockSupport.parkNanos(left - WAKE_UP_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
