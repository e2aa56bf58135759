package perseus.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A point in time until which a call may wait, measured with {@link System#nanoTime}. */
public final class Deadline {
  /** A deadline that never passes. */
  public static final Deadline NEVER = new Deadline(0);

  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns the deadline that passes after the given time, counted from now. */
  public static Deadline after(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Returns whether this deadline lies in the past. */
  public boolean isPassed() {
    return remainingNanos() < 0;
  }

  /**
   * Returns the time until this deadline in nanoseconds: negative when it has passed, {@link
   * Long#MAX_VALUE} for {@link #NEVER}.
   */
  public long remainingNanos() {
    return this == NEVER ? Long.MAX_VALUE : nanoTime - System.nanoTime();
  }

  /**
   * Returns the time until this deadline in milliseconds, as a timeout for a socket: at least 1,
   * because sockets take 0 for no limit.
   */
  public int remainingMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(remainingNanos());
    return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
  }
}
