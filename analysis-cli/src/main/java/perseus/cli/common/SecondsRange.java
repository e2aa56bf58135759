package perseus.cli.common;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes a range of times in seconds as text. The shortest and the longest time of a range get the
 * same number of decimals. The number of decimals is large enough to show that the two times
 * differ. The times in the text have at least 4 and at most 9 significant digits.
 */
public final class SecondsRange {
  private static final int MIN_DIGITS = 4;
  private static final int MAX_DIGITS = 9;

  private SecondsRange() {}

  /**
   * Returns a range of times as a text such as "0.6389 to 0.6431 s".
   *
   * @param shortest shortest time of the range in seconds
   * @param longest longest time of the range in seconds
   */
  public static String of(double shortest, double longest) {
    int digits = MIN_DIGITS;
    while (digits < MAX_DIGITS && isSame(shortest, longest, digits)) {
      digits++;
    }
    // If the shortest and the longest time have the same first 9 significant digits, both times are
    // written with 4 significant digits.
    int decimals = decimals(longest, isSame(shortest, longest, digits) ? MIN_DIGITS : digits);
    return rounded(shortest, decimals) + " to " + rounded(longest, decimals) + " s";
  }

  private static boolean isSame(double shortest, double longest, int digits) {
    int decimals = decimals(longest, digits);
    return rounded(shortest, decimals).equals(rounded(longest, decimals));
  }

  /**
   * Returns how many digits follow the decimal point if {@code number} is written with {@code
   * digits} significant digits.
   */
  private static int decimals(double number, int digits) {
    BigDecimal exact = new BigDecimal(number);
    return Math.max(0, digits - exact.precision() + exact.scale());
  }

  private static String rounded(double number, int decimals) {
    return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
