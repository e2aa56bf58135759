package perseus.control.server.job;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notes when a client last called about a job, and judges whether the client is gone. This
 * project's client calls about once a second while it trains, other clients only once in each
 * round.
 */
final class LastCall {
  /** A client that calls once a second is gone after this time without a call. */
  private static final Duration WATCHING = Duration.ofSeconds(15);

  /** Another client is gone after this time without a call, or later if its rounds are long. */
  private static final Duration OTHER = Duration.ofMinutes(10);

  /** A client is not gone before it is silent this many times as long as ever before. */
  private static final int PAUSES = 5;

  private final LongSupplier nanoTime;
  private long lastNanos;
  private long longestPauseNanos;
  private boolean isWatching;

  /**
   * @param nanoTime clock in nanoseconds
   */
  LastCall(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** Notes that a rank has called. */
  synchronized void called() {
    longestPauseNanos = Math.max(longestPauseNanos, silentNanos());
    lastNanos = nanoTime.getAsLong();
  }

  /** Notes that a client has called that does so about once a second. */
  synchronized void watched() {
    called();
    isWatching = true;
  }

  /** Returns the time since the last call in nanoseconds. */
  synchronized long silentNanos() {
    return nanoTime.getAsLong() - lastNanos;
  }

  /** Returns whether the client has been silent for so long that it must have ended. */
  synchronized boolean isGone() {
    return isWatching
        ? silentNanos() > WATCHING.toNanos()
        : silentNanos() > Math.max(OTHER.toNanos(), PAUSES * longestPauseNanos);
  }
}
