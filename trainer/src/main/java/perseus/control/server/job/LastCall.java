package perseus.control.server.job;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stores the time of the last call about a job, and decides from it whether the job's client has
 * probably ended. This project's client calls about once a second while it trains. Other clients
 * call only when a rank fetches a schedule or reports a result.
 */
final class LastCall {
  /** Time without a call after which a client that calls about once a second has probably ended. */
  private static final Duration WATCHING = Duration.ofSeconds(15);

  /**
   * Minimum time without a call after which a client that does not call every second has probably
   * ended. If the earlier pauses between its calls were long, {@code PAUSES} defines a longer time.
   */
  private static final Duration OTHER = Duration.ofMinutes(10);

  /**
   * A client that does not call every second counts as running while the time since its last call
   * is at most {@code PAUSES} times the longest earlier pause between its calls.
   */
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

  /** Records that a rank has called the plan server. */
  synchronized void called() {
    longestPauseNanos = Math.max(longestPauseNanos, silentNanos());
    lastNanos = nanoTime.getAsLong();
  }

  /** Records that a client which calls about once a second has called the plan server. */
  synchronized void watched() {
    called();
    isWatching = true;
  }

  /** Returns the time since the last call in nanoseconds. */
  synchronized long silentNanos() {
    return nanoTime.getAsLong() - lastNanos;
  }

  /** Returns whether the client has not called for so long that it has probably ended. */
  synchronized boolean isGone() {
    return isWatching
        ? silentNanos() > WATCHING.toNanos()
        : silentNanos() > Math.max(OTHER.toNanos(), PAUSES * longestPauseNanos);
  }
}
