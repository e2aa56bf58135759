package perseus.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the valid name that a user probably meant by a misspelt name. */
public final class Spelling {
  private Spelling() {}

  /**
   * Returns the edit distance of two texts: the minimum number of changes that turn one text into
   * the other. A change inserts, deletes or replaces a character, or swaps two characters. Only
   * neighbouring characters are swapped, and a swapped character is not changed again. The name of
   * this edit distance is optimal string alignment (Damerau, Communications of the ACM 7, 1964).
   * The computation takes O(m n) time and memory for texts of m and n characters.
   */
  public static int distance(String from, String to) {
    int[][] distances = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          distances[i][j] = i + j;
          continue;
        }
        int replaced = distances[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int distance = Math.min(replaced, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        if (isSwap(from, i, to, j)) {
          distance = Math.min(distance, 1 + distances[i - 2][j - 2]);
        }
        distances[i][j] = distance;
      }
    }
    return distances[from.length()][to.length()];
  }

  /**
   * Returns whether the two characters before position i of {@code from} equal the two characters
   * before position j of {@code to} in reverse order.
   */
  private static boolean isSwap(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }

  /**
   * Returns the valid name that is most similar to {@code given}. A name that begins with {@code
   * given} is preferred, because users abbreviate names. If no name begins with {@code given}, the
   * method returns the name with the smallest edit distance ({@link #distance}) from {@code given}.
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
   * Returns the valid name that is most similar to {@code given}, if the user probably meant this
   * name. Returns an empty result if all valid names differ too much from {@code given}. The user
   * probably meant a name if the name begins with {@code given}. A similar name is suggested if its
   * edit distance from {@code given} is at most 1, or at most a third of the length of {@code
   * given}.
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
