package perseus.cli.common;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Formats a range of times with as many significant digits as its ends need to differ, at least 4
 * and at most 9.
 */
public final class SecondsRange {
  private static final int MIN_DIGITS = 4;
  private static final int MAX_DIGITS = 9;

  private SecondsRange() {}

  /**
   * Returns a text such as "0.6389 to 0.6431 s".
   *
   * @param shortest shortest time in seconds
   * @param longest longest time in seconds
   */
  public static String of(double shortest, double longest) {
    int digits = MIN_DIGITS;
    while (digits < MAX_DIGITS && isSame(shortest, longest, digits)) {
      digits++;
    }
    // Ends that are equal in 9 digits are shown with 4.
    int decimals = decimals(longest, isSame(shortest, longest, digits) ? MIN_DIGITS : digits);
    return rounded(shortest, decimals) + " to " + rounded(longest, decimals) + " s";
  }

  private static boolean isSame(double shortest, double longest, int digits) {
    int decimals = decimals(longest, digits);
    return rounded(shortest, decimals).equals(rounded(longest, decimals));
  }

  /** Returns how many decimals a number has if it is written with some significant digits. */
  private static int decimals(double number, int digits) {
    BigDecimal exact = new BigDecimal(number);
    return Math.max(0, digits - exact.precision() + exact.scale());
  }

  private static String rounded(double number, int decimals) {
    return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
