package perseus.control.server.job;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stores the time of the last call about a job, and decides whether the client of the job has
 * probably ended. The client of this project calls about once a second while it trains. Other
 * clients call only when a rank fetches a schedule or reports a result.
 */
final class LastCall {
  /** A client that calls about once a second has probably ended after this time without a call. */
  private static final Duration WATCHING = Duration.ofSeconds(15);

  /**
   * A client that calls rarely has probably ended after this time without a call. A client with
   * long pauses between earlier calls may be silent for a longer time.
   */
  private static final Duration OTHER = Duration.ofMinutes(10);

  /**
   * A client that calls rarely has probably ended after 5 times its longest earlier pause between
   * two calls.
   */
  private static final int PAUSES = 5;

  private final LongSupplier nanoTime;
  private long lastNanos;
  private long longestPauseNanos;
  private boolean isWatching;

  LastCall(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** Records that a rank has called the plan server. */
  synchronized void called() {
    longestPauseNanos = Math.max(longestPauseNanos, silentNanos());
    lastNanos = nanoTime.getAsLong();
  }

  /** Records a call of a client that calls about once a second. */
  synchronized void watched() {
    called();
    isWatching = true;
  }

  /** Returns the time in nanoseconds since the last call about the job. */
  synchronized long silentNanos() {
    return nanoTime.getAsLong() - lastNanos;
  }

  /** Returns whether the client has probably ended, because it has not called for a long time. */
  synchronized boolean isGone() {
    return isWatching
        ? silentNanos() > WATCHING.toNanos()
        : silentNanos() > Math.max(OTHER.toNanos(), PAUSES * longestPauseNanos);
  }
}
