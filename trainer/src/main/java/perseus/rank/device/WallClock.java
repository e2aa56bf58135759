package perseus.rank.device;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import perseus.record.RankRecorder;

/** Seconds since a rank began, which never go back. */
public final class WallClock {
  /** The system wakes a thread up about this much late. */
  private static final long WAKE_UP_NANOS = 60_000;

  private final long zeroNanos = System.nanoTime();
  private final Instant zero = Instant.now();

  /** What time 0 is in Unix time, in the ticks of a recording. */
  public long zeroTicks() {
    return zero.getEpochSecond() * RankRecorder.TICKS_PER_SECOND
        + zero.getNano() * RankRecorder.TICKS_PER_SECOND / 1_000_000_000L;
  }

  /** The time in seconds. */
  public double seconds() {
    return (System.nanoTime() - zeroNanos) / 1e9;
  }

  /** Waits until a time; one in the past is now. */
  public void sleepUntil(double seconds) {
    long end = zeroNanos + Math.round(seconds * 1e9);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (left > WAKE_UP_NANOS) {
        LockSupport.parkNanos(left - WAKE_UP_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
