package perseus.rank.device;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import perseus.record.RankRecorder;

/** The clock of a rank: seconds since the rank began, which never decrease. */
public final class WallClock {
  /** Typical delay with which the system wakes a thread up. */
  private static final long WAKE_UP_NANOS = 60_000;

  private final long zeroNanos = System.nanoTime();
  private final Instant zero = Instant.now();

  /** Returns the Unix time of this clock's time 0, in the ticks of a recording. */
  public long zeroTicks() {
    return zero.getEpochSecond() * RankRecorder.TICKS_PER_SECOND
        + zero.getNano() * RankRecorder.TICKS_PER_SECOND / 1_000_000_000L;
  }

  /** Returns the time in seconds. */
  public double seconds() {
    return (System.nanoTime() - zeroNanos) / 1e9;
  }

  /** Waits until the given time; returns at once if it has passed. */
  public void sleepUntil(double seconds) {
    long end = zeroNanos + Math.round(seconds * 1e9);
    // The last part is spent in a loop, because the system would wake this thread too late.
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (left > WAKE_UP_NANOS) {
        LockSupport.parkNanos(left - WAKE_UP_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
