package perseus.job.node0;

import java.time.Duration;
import java.util.Locale;

/**
 * When to tell the user that an iteration takes long: ranks may wait for each other for ever, or
 * for native code that does not return, while all their processes live.
 */
final class IterationTimeout {
  /** Before the first iteration nobody knows what is long; it compiles, too. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private static final Duration LEAST = Duration.ofMinutes(1);

  /** So many times as long as the longest iteration before. */
  private static final double FACTOR = 20;

  private double longestSeconds;

  /** An iteration is over. */
  void took(double seconds) {
    longestSeconds = Math.max(longestSeconds, seconds);
  }

  /** How long the next one may take without a word. */
  Duration limit() {
    if (longestSeconds == 0) {
      return FIRST;
    }
    Duration many = Duration.ofMillis(Math.round(1e3 * FACTOR * longestSeconds));
    return many.compareTo(LEAST) < 0 ? LEAST : many;
  }

  /**
   * What to say when it has taken longer.
   *
   * @param who the ranks that have not finished it
   * @param count how many these are
   */
  String sentence(String who, int count) {
    String before =
        longestSeconds == 0
            ? ""
            : String.format(Locale.ROOT, " (the longest before: %.1f s)", longestSeconds);
    return "%s %s not finished %s %siteration for %d s%s; still waiting."
        .formatted(
            who,
            count == 1 ? "has" : "have",
            count == 1 ? "its" : "their",
            longestSeconds == 0 ? "first " : "",
            limit().toSeconds(),
            before);
  }
}
