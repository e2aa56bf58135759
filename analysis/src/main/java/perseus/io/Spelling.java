package perseus.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds the name that a user may have meant by a misspelt one. */
public final class Spelling {
  private Spelling() {}

  /**
   * Returns Levenshtein's distance: the minimum number of inserted, deleted and replaced characters
   * that turn one text into the other. Takes time proportional to the product of their lengths.
   */
  public static int distance(String from, String to) {
    int[] previous = IntStream.rangeClosed(0, to.length()).toArray();
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }

  /**
   * Returns the name that {@code given} most resembles: a name that begins with it, since users
   * abbreviate, otherwise the one at the smallest {@link #distance distance}. Upper and lower case
   * count as equal. The first of equally near names wins.
   *
   * @param names at least one name
   */
  public static String nearest(String given, Collection<String> names) {
    String wanted = lower(given);
    return names.stream()
        .min(
            Comparator.comparing((String name) -> !lower(name).startsWith(wanted))
                .thenComparingInt(name -> distance(wanted, lower(name))))
        .orElseThrow();
  }

  /**
   * Returns the {@link #nearest nearest} name if it is so near that it was probably meant: it
   * begins with {@code given}, or its distance is at most a third of the letters of {@code given}
   * (at most 1 for short names).
   */
  public static Optional<String> suggestion(String given, Collection<String> names) {
    String wanted = lower(given);
    String nearest = nearest(given, names);
    boolean likely =
        !wanted.isEmpty()
            && (lower(nearest).startsWith(wanted)
                || distance(wanted, lower(nearest)) <= Math.max(1, wanted.length() / 3));
    return likely ? Optional.of(nearest) : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
