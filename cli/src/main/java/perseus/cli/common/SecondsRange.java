package perseus.cli.common;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A range of times for a person: as many digits as its ends need to differ, and at least four. */
public final class SecondsRange {
  private static final int FEWEST_DIGITS = 4;
  private static final int MOST_DIGITS = 9;

  private SecondsRange() {}

  /** Such as "0.6389 to 0.6431 s". */
  public static String of(double least, double most) {
    int digits = FEWEST_DIGITS;
    while (digits < MOST_DIGITS && isSame(least, most, digits)) {
      digits++;
    }
    // What nine digits do not tell apart is one time.
    int decimals = decimals(most, isSame(least, most, digits) ? FEWEST_DIGITS : digits);
    return rounded(least, decimals) + " to " + rounded(most, decimals) + " s";
  }

  private static boolean isSame(double least, double most, int digits) {
    int decimals = decimals(most, digits);
    return rounded(least, decimals).equals(rounded(most, decimals));
  }

  /** Decimals of a number with so many significant digits. */
  private static int decimals(double number, int digits) {
    BigDecimal exact = new BigDecimal(number);
    return Math.max(0, digits - exact.precision() + exact.scale());
  }

  private static String rounded(double number, int decimals) {
    return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
