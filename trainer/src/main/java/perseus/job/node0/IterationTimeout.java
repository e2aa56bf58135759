package perseus.job.node0;

import java.time.Duration;
import java.util.Locale;

/**
 * Decides after which time the user is told that an iteration takes unusually long. An iteration
 * can stop although all processes are alive: ranks may wait for each other, or native code may not
 * return.
 */
final class IterationTimeout {
  /**
   * The first iteration has this limit, because no earlier time is known and its time includes
   * compilation.
   */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private static final Duration MINIMUM = Duration.ofMinutes(1);

  /** The limit is this factor times the time of the longest iteration that has ended. */
  private static final double FACTOR = 20;

  private double longestSeconds;

  /** Stores the time in seconds of an iteration that has ended. */
  void record(double seconds) {
    longestSeconds = Math.max(longestSeconds, seconds);
  }

  /** Returns the time after which the user is told that the next iteration takes unusually long. */
  Duration limit() {
    if (longestSeconds == 0) {
      return FIRST;
    }
    Duration multiple = Duration.ofMillis(Math.round(1e3 * FACTOR * longestSeconds));
    return multiple.compareTo(MINIMUM) < 0 ? MINIMUM : multiple;
  }

  /**
   * Returns the message about an iteration that takes longer than the limit.
   *
   * @param ranks description of the ranks that have not finished the iteration
   * @param count number of these ranks
   */
  String message(String ranks, int count) {
    String longest =
        longestSeconds == 0
            ? ""
            : String.format(Locale.ROOT, " (the longest so far took %.1f s)", longestSeconds);
    return "%s %s not finished %s %siteration after %d s%s; still waiting."
        .formatted(
            ranks,
            count == 1 ? "has" : "have",
            count == 1 ? "its" : "their",
            longestSeconds == 0 ? "first " : "",
            limit().toSeconds(),
            longest);
  }
}
