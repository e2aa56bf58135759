package perseus.job.node0;

import java.time.Duration;
import java.util.Locale;

/**
 * Computes a time limit for the next iteration. If an iteration takes longer than its time limit,
 * the user gets a message that the iteration takes unusually long. An iteration can hang although
 * all processes are alive: ranks may wait for each other, or native code may not return.
 */
final class IterationTimeout {
  /**
   * Time limit of the first iteration, for which no time of an earlier iteration is known. The
   * limit is long, because Java compiles the program during the first iteration.
   */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private static final Duration MINIMUM = Duration.ofMinutes(1);

  /**
   * The time limit of a later iteration is 20 times the time of the slowest earlier iteration, but
   * at least 1 minute.
   */
  private static final double FACTOR = 20;

  private double longestSeconds;

  void record(double seconds) {
    longestSeconds = Math.max(longestSeconds, seconds);
  }

  /** Returns the time limit of the next iteration, after which the user gets a message. */
  Duration limit() {
    if (longestSeconds == 0) {
      return FIRST;
    }
    Duration multiple = Duration.ofMillis(Math.round(1e3 * FACTOR * longestSeconds));
    return multiple.compareTo(MINIMUM) < 0 ? MINIMUM : multiple;
  }

  /**
   * Returns the message about an iteration that takes longer than its time limit.
   *
   * @param ranks description of the ranks that have not finished the iteration
   * @param count number of ranks that have not finished the iteration
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
