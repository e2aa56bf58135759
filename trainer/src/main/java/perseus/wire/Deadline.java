package perseus.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Represents a point in time until which a call may wait. The time of a deadline is measured with
 * {@link System#nanoTime}.
 */
public final class Deadline {
  /** A call with the deadline {@code NEVER} may wait without a time limit. */
  public static final Deadline NEVER = new Deadline(0);

  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns a deadline that passes after the given time, counted from this call. */
  public static Deadline after(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  public boolean isPassed() {
    return remainingNanos() < 0;
  }

  /**
   * Returns the time until this deadline in nanoseconds. The remaining time is negative if the
   * deadline has passed, and {@link Long#MAX_VALUE} for {@link #NEVER}.
   */
  public long remainingNanos() {
    return this == NEVER ? Long.MAX_VALUE : nanoTime - System.nanoTime();
  }

  /**
   * Returns the time until this deadline in milliseconds, for use as the timeout of a socket. The
   * returned time is at least 1 millisecond, because a socket treats a timeout of 0 as no limit.
   */
  public int remainingMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(remainingNanos());
    return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
  }
}
