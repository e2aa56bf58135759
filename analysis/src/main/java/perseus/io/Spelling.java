package perseus.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds the valid name that a user probably meant by a misspelt name. */
public final class Spelling {
  private Spelling() {}

  /**
   * Returns the Levenshtein distance of two texts: the minimum number of inserted, deleted and
   * replaced characters that turn one text into the other. The computation of the distance takes
   * O(m n) time for texts of m and n characters.
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
   * Returns the valid name that is most similar to {@code given}. A name that begins with {@code
   * given} is preferred, because users abbreviate names. If no name begins with {@code given}, the
   * name with the smallest Levenshtein {@link #distance distance} from {@code given} is returned.
   * Names are compared without regard to upper and lower case. If several names are equally similar
   * to {@code given}, the first of them is returned.
   *
   * @param given name that the user gave
   * @param names valid names, at least one
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
   * Returns the valid name {@link #nearest nearest} to {@code given} if the user probably meant
   * this name. Returns an empty result if all valid names differ too much from {@code given}. The
   * user probably meant a name if the name begins with {@code given}. The user also probably meant
   * a name if its Levenshtein distance from {@code given} is at most a third of the length of
   * {@code given}, or at most 1.
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
